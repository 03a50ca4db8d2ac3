import { Button, Loader } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiError, request } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { RunStatus } from '../kit/status.tsx'
import { toast } from '../kit/toasts.tsx'
import type { Run } from './model.ts'
import styles from './run.module.css'
import { runWords } from './words.ts'

/** Which runs are meant: some that were ticked, or all that match the filter, however many. */
export interface Chosen {
  readonly runs: readonly Run[]
  /** Every one that matches, by filter and not by page. */
  readonly all?: { readonly filter: string; readonly count: number }
}

type Verb = 'cancel' | 'retry'
const SAMPLE = 5

/** Acts on many runs: a count, a sample, then progress that can be stopped. */
export function BulkActions({ chosen, onDone }: { readonly chosen: Chosen; readonly onDone: () => void }) {
  const words = useWords(runWords)
  const figures = useFigures()
  const confirm = useConfirm()
  const client = useQueryClient()
  const [progress, setProgress] = useState<{ readonly seen: number; readonly of: number }>()
  const aborted = useRef(false)
  const count = chosen.all?.count ?? chosen.runs.length
  const act = async (verb: Verb): Promise<void> => {
    const shown = figures.count(count)
    const answer = await confirm({
      title: words.bulkTitle(verb, shown),
      body: <Sample chosen={chosen} about={verb === 'cancel' ? words.bulkCancelAbout : words.bulkRetryAbout} />,
      action: verb === 'cancel' ? words.bulkCancelAction(shown) : words.bulkRetryAction(shown),
      danger: verb === 'cancel',
      count,
    })
    if (answer === false) return
    aborted.current = false
    const done = await carryOut(
      verb,
      chosen,
      count,
      (seen) => setProgress({ seen, of: count }),
      () => aborted.current,
    )
    setProgress(undefined)
    await client.invalidateQueries({ queryKey: ['api'] })
    if (done instanceof Error) toast({ tone: 'bad', text: done.message })
    else
      toast({
        tone: 'good',
        text: aborted.current ? words.bulkAborted(figures.count(done)) : words.bulkDone(verb, figures.count(done)),
      })
    onDone()
  }
  if (progress !== undefined)
    return (
      <div className={styles.bulk} role="status">
        <Loader size={16} />
        {words.bulkProgress(figures.count(progress.seen), figures.count(progress.of))}
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

/** Slice by slice; answers how many were changed, or what stopped it. */
async function carryOut(
  verb: Verb,
  { runs, all }: Chosen,
  count: number,
  onSeen: (seen: number) => void,
  isAborted: () => boolean,
): Promise<number | Error> {
  let done = 0
  try {
    if (all === undefined) {
      for (const [index, { id }] of runs.entries()) {
        if (isAborted()) break
        done += await changeOne(verb, id)
        onSeen(index + 1)
      }
      return done
    }
    let after: string | undefined
    let newest: number | undefined
    let seen = 0
    do {
      const slice: { readonly done: number; readonly seen: number; readonly newest?: number; readonly next?: string } =
        await request('POST', '/api/v1/runs/bulk', {
          body: {
            act: verb,
            filter: all.filter,
            ...(after !== undefined && { after }),
            ...(newest !== undefined && { newest }),
          },
        })
      done += slice.done
      seen += slice.seen
      after = slice.next
      newest = slice.newest
      onSeen(Math.min(seen, count))
    } while (after !== undefined && !isAborted())
    return done
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** 1, or 0 for a run that had ended, or had not. */
async function changeOne(verb: Verb, id: number): Promise<number> {
  try {
    if (verb === 'retry') await request('POST', `/api/v1/runs/${id}/retry`, { body: {} })
    else {
      const { outcome } = await request<{ readonly outcome: string }>('DELETE', `/api/v1/runs/${id}`)
      return outcome === 'already-ended' ? 0 : 1
    }
    return 1
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_STATE') return 0
    throw error
  }
}
