import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { carryOut } from '../runs/carry-out.ts'
import { useMay } from '../session/me.ts'
import { UnderWay } from './doing.tsx'
import type { ErrorGroup } from './model.ts'
import { useLetterKeys } from './use-letter-keys.ts'
import { errorWords } from './words.ts'

const PERMISSION = 'runs.manage'

/** Retries every run of a group, slice by slice, after its number was shown. */
export function RetryAll({
  group,
  onRetried,
}: {
  readonly group: ErrorGroup
  /** Told which runs have fresh attempts. */
  readonly onRetried: (ids: readonly number[]) => void
}) {
  const words = useWords(errorWords)
  const { count: write } = useFigures()
  const confirm = useConfirm()
  const client = useQueryClient()
  const may = useMay(PERMISSION)
  const [seen, setSeen] = useState<number>()
  const aborted = useRef(false)
  const { fingerprint } = group
  const count = group.count + group.retrying
  const retry = async (): Promise<void> => {
    const answer = await confirm({
      title: words.restTitle(write(count)),
      body: words.restBody,
      action: words.restAction(write(count)),
      count,
    })
    if (answer === false) return
    aborted.current = false
    setSeen(0)
    const all = { filter: `state:failed,retrying fingerprint:${fingerprint}`, count }
    const ids: number[] = []
    const done = await carryOut('retry', { runs: [], all }, count, {
      onSeen: setSeen,
      onIds: (some) => ids.push(...some),
      isAborted: () => aborted.current,
    })
    setSeen(undefined)
    onRetried(ids)
    await client.invalidateQueries({ queryKey: ['api'] })
    if (done instanceof Error) complain(done)
    else
      toast({
        tone: 'good',
        text: aborted.current ? words.restAborted(write(done)) : words.restDone(write(done)),
      })
  }
  useLetterKeys(may ? { a: () => seen === undefined && void retry() } : {})
  if (seen !== undefined) return <UnderWay seen={seen} count={count} onStop={() => (aborted.current = true)} />
  return (
    <Act
      icon="retry"
      label={words.rest(write(count))}
      tone="primary"
      permission={PERMISSION}
      onAct={() => void retry()}
    />
  )
}
