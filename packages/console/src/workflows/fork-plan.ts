import type { Step } from '../api.gen.ts'

/** What a fork takes over, and what it does anew. */
export interface ForkPlan {
  readonly kept: readonly string[]
  readonly again: readonly string[]
}

type Forked = Pick<Step, 'name' | 'state' | 'startedAt' | 'endedAt'>

const TAKEN_BACK: ReadonlySet<Step['state']> = new Set(['undone', 'undoing'])

/**
 * What becomes of each step when a copy begins at `from`; the steps in the order of their calls. As the engine does it: kept is
 * what was done before the step was called, and before anything that was undone. What failed is tried anew.
 */
export function forkPlan(steps: readonly Forked[], from: string): ForkPlan {
  const cuts = steps.flatMap((step, index) =>
    step.name === from || TAKEN_BACK.has(step.state) ? [{ index, endedAt: timeOf(step.endedAt) }] : [],
  )
  const firstCut = Math.min(...cuts.map(({ index }) => index))
  const firstEnd = Math.min(...cuts.map(({ endedAt }) => endedAt))
  const kept: string[] = []
  const again: string[] = []
  for (const [index, { name, state, startedAt }] of steps.entries()) {
    const isCut = index >= firstCut || timeOf(startedAt) > firstEnd
    if (!isCut && state === 'done') kept.push(name)
    else again.push(name)
  }
  return { kept, again }
}

function timeOf(instant: string | undefined): number {
  return instant === undefined ? Number.POSITIVE_INFINITY : Date.parse(instant)
}
