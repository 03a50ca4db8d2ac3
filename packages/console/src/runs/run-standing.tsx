import type { Run } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { useNow } from '../kit/moment.tsx'
import { RunStatus, Status } from '../kit/status.tsx'
import { runWords } from './words.ts'

type Standing = Pick<Run, 'state' | 'attempt' | 'maxAttempts' | 'dueAt' | 'error'>

/** True of a run that failed and waits for its next try. */
export function isRetrying({ state, error }: Pick<Run, 'state' | 'error'>): boolean {
  return state === 'scheduled' && error !== undefined
}

/** Where a run stands: its state, or when it is tried again after it failed. */
export function RunStanding({
  run,
  attempts = false,
  workflow = false,
}: {
  readonly run: Standing
  readonly attempts?: boolean
  readonly workflow?: boolean
}) {
  if (!isRetrying(run)) return <RunStatus state={run.state} workflow={workflow} />
  return <NextTry run={run} attempts={attempts} />
}

function NextTry({ run, attempts }: { readonly run: Standing; readonly attempts: boolean }) {
  const words = useWords(runWords)
  const figures = useFigures()
  const now = useNow()
  const { attempt, maxAttempts, dueAt } = run
  const due = dueAt === undefined ? now : Math.max(now, Date.parse(dueAt))
  const next = words.nextTry(figures.ago(due, now))
  const which = words.whichAttempt(
    figures.count(attempt),
    maxAttempts === undefined ? undefined : figures.count(maxAttempts),
  )
  return (
    <span title={`${next}, ${which}`}>
      <Status tone="bad" icon="retry">
        {attempts ? `${next}, ${which}` : next}
      </Status>
    </span>
  )
}
