import type { WorkflowStep } from '../api.gen.ts'

/** What of a step says when it was under way. */
export type Timed = Pick<WorkflowStep, 'startedAt' | 'endedAt' | 'beside'>

/** Which steps came after which, as far as their times tell: a workflow's code is not recorded, its calls are. */
export interface Succession {
  /** How many steps at least came one after the other before this one. */
  readonly rank: readonly number[]
  /** The step that had ended last when this one began, which it therefore waited for; -1 for none. */
  readonly last: readonly number[]
  /** The steps right before this one: those that had ended, and after which no other had begun and ended. */
  readonly before: readonly (readonly number[])[]
  /** When each ended, in milliseconds; infinite while it has not. */
  readonly end: readonly number[]
}

// Of a fan-in of thousands a drawing shows no more.
const MOST_BEFORE = 256

/**
 * Reads the order out of the times and of the calls, in one sweep. Steps are listed as they were called. One that is not
 * `beside` was called when nothing was under way: whatever was called earlier came before it, within the same millisecond
 * too, and therefore before those that were called beside it. One that is `beside` was called while another was under way:
 * if the others ended in its very first millisecond at the latest, one of them had not ended yet, the one called last.
 * Where neither tells, steps that began within the same millisecond stand side by side.
 */
export function succession(steps: readonly Timed[]): Succession {
  const start = steps.map(({ startedAt }) => Date.parse(startedAt))
  const end = steps.map(({ endedAt }) => (endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endedAt)))
  const at = (list: readonly number[], index: number): number => list[index] ?? 0
  const begun = steps.map((_, index) => index).sort((a, b) => at(start, a) - at(start, b) || a - b)
  const opener = openers(steps)
  const place: number[] = []
  begun.forEach((index, position) => {
    place[index] = position
  })
  const ended = begun.toSorted((a, b) => at(end, a) - at(end, b) || at(place, a) - at(place, b))
  const rank: number[] = new Array(steps.length).fill(0)
  const last: number[] = new Array(steps.length).fill(-1)
  const before: (readonly number[])[] = new Array(steps.length).fill([])
  let passed = 0
  let highest = -1
  let latestStart = Number.NEGATIVE_INFINITY
  let right: readonly number[] = []
  for (const index of begun) {
    const came = passed
    for (let other = ended[passed]; other !== undefined && isBefore(other, index); other = ended[passed]) {
      highest = Math.max(highest, at(rank, other))
      latestStart = Math.max(latestStart, at(start, other))
      passed += 1
    }
    if (passed > came) right = rightBefore()
    rank[index] = highest + 1
    last[index] = passed === 0 ? -1 : at(ended, passed - 1)
    before[index] = right
  }
  return { rank, last, before, end }

  function isBefore(other: number, index: number): boolean {
    if (at(end, other) > at(start, index) || at(place, other) >= at(place, index)) return false
    if (steps[index]?.beside !== true || other < at(opener, index)) return true
    const isLastOne = passed === at(place, index) - 1 && at(end, other) === at(start, index)
    return at(start, other) < at(start, index) && !isLastOne
  }

  function rightBefore(): readonly number[] {
    const found: number[] = []
    for (let position = passed - 1; position >= 0 && found.length < MOST_BEFORE; position -= 1) {
      const other = at(ended, position)
      if (at(end, other) < latestStart) break
      if (at(end, other) > latestStart || at(rank, other) === highest) found.push(other)
    }
    return found
  }
}

/** Of each step the latest one, up to itself, at whose call nothing was under way. */
function openers(steps: readonly Timed[]): readonly number[] {
  let latest = 0
  return steps.map(({ beside }, index) => {
    if (beside !== true) latest = index
    return latest
  })
}
