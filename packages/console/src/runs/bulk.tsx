import { Button, Loader } from '@mantine/core'
import { cancelledOf, retriedOf } from '@regie/platform/filter'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { getRunsCount } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Progress } from '../kit/progress.tsx'
import { RunStatus } from '../kit/status.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { type Chosen, carryOut, type Verb } from './carry-out.ts'
import styles from './run.module.css'
import { isRetrying } from './run-standing.tsx'
import { runWords } from './words.ts'

const SAMPLE = 5
const RETRIED = new Set(['failed', 'cancelled', 'expired'])

/** Acts on many runs: a count, a sample, then progress that can be stopped. */
export function BulkActions({ chosen, onDone }: { readonly chosen: Chosen; readonly onDone: () => void }) {
  const words = useWords(runWords)
  const figures = useFigures()
  const confirm = useConfirm()
  const client = useQueryClient()
  const [progress, setProgress] = useState<{ readonly seen: number; readonly of: number }>()
  const aborted = useRef(false)
  const act = async (verb: Verb): Promise<void> => {
    const of = chosen.all?.count ?? chosen.runs.length
    const fitting = await fittingIn(verb, chosen)
    if (fitting instanceof Error) return complain(fitting)
    const { count } = fitting
    const shown = figures.count(count)
    const about = (verb === 'cancel' ? words.bulkCancelAbout : words.bulkRetryAbout)(shown, figures.count(of))
    if (count === 0) return toast({ tone: 'bad', text: verb === 'cancel' ? words.bulkCancelNone : about })
    const answer = await confirm({
      title: words.bulkTitle(verb, shown),
      body: <Sample chosen={fitting} about={about} />,
      action: verb === 'cancel' ? words.bulkCancelAction(shown) : words.bulkRetryAction(shown),
      danger: verb === 'cancel',
      permission: 'runs.manage',
      count,
    })
    if (answer === false) return
    aborted.current = false
    const done = await carryOut(verb, fitting, count, {
      onSeen: (seen) => setProgress({ seen, of: count }),
      isAborted: () => aborted.current,
    })
    setProgress(undefined)
    await client.invalidateQueries({ queryKey: ['api'] })
    if (done instanceof Error) complain(done)
    else
      toast({
        tone: 'good',
        text: aborted.current ? words.bulkAborted(figures.count(done)) : words.bulkDone(verb, figures.count(done)),
      })
    onDone()
  }
  if (progress !== undefined)
    return (
      <div className={styles.bulk}>
        <Loader size={16} />
        <Progress label={words.title} value={progress.seen} max={progress.of}>
          {words.bulkProgress(figures.count(progress.seen), figures.count(progress.of))}
        </Progress>
        <Button variant="default" size="compact-xs" onClick={() => (aborted.current = true)}>
          {words.bulkAbort}
        </Button>
      </div>
    )
  return (
    <>
      <Act icon="retry" label={words.bulkRetry} permission="runs.manage" onAct={() => void act('retry')} />
      <Act
        icon="stop"
        label={words.bulkCancel}
        tone="danger"
        permission="runs.manage"
        onAct={() => void act('cancel')}
      />
    </>
  )
}

/** Those of them that can be retried, or cancelled, and how many they are. */
async function fittingIn(verb: Verb, { runs, all }: Chosen): Promise<(Chosen & { readonly count: number }) | Error> {
  const fitting = runs.filter((run) =>
    verb === 'retry' ? RETRIED.has(run.state) || isRetrying(run) : run.endedAt === undefined,
  )
  if (all === undefined) return { runs: fitting, count: fitting.length }
  try {
    const filter = (verb === 'retry' ? retriedOf : cancelledOf)(all.filter)
    const { count } = await getRunsCount(api, { filter })
    return { runs: fitting, all, count }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function Sample({ chosen, about }: { readonly chosen: Chosen; readonly about: string }) {
  const words = useWords(runWords)
  return (
    <>
      <p>{words.bulkBody}</p>
      <ul className={styles.sample}>
        {chosen.runs.slice(0, SAMPLE).map(({ id, job, state }) => (
          <li key={id}>
            <RunStatus state={state} />{' '}
            <span translate="no">
              {job} #{id}
            </span>
          </li>
        ))}
      </ul>
      <p>{about}</p>
    </>
  )
}
