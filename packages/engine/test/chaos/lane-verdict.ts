import { PARTS, TOTAL } from './chord.ts'
import type { Lane } from './lane.ts'
import type { LaneRemains, LaneRun, LaneStep } from './lane-store.ts'
import type { LedgerEntry } from './ledger.ts'
import { STEPS } from './saga.ts'

/** One effect that the ledger has seen. */
export type Deed = Extract<LedgerEntry, { readonly kind: 'did' }>

/** What one lane came to. */
export interface LaneVerdict {
  readonly lane: Lane
  /** Empty when every promise was kept. */
  readonly problems: readonly string[]
  /** Effects, and how many of them were not the first of their kind. */
  readonly effects: number
  readonly repeated: number
}

/** The effects of one lane, in their order. */
export function deedsOf({ name }: Lane, entries: readonly LedgerEntry[]): readonly Deed[] {
  return entries.filter((entry): entry is Deed => entry.kind === 'did' && entry.lane === name)
}

/** Holds what the store says of a lane's runs against what the ledger has seen there. */
export function judgeLane(lane: Lane, entries: readonly LedgerEntry[], remains: LaneRemains): LaneVerdict {
  const { name, plot } = lane
  const deeds = deedsOf(lane, entries)
  const runs = remains.runs.filter(({ queue }) => queue === name)
  const marks = remains.marks.flatMap(({ lane: of, what }) => (of === name ? [what] : []))
  const stepsOf = (run: LaneRun | undefined) => remains.steps.filter((step) => step.run === run?.id)
  const first = runs[0]
  const evidence = { deeds, runs, marks, first, steps: stepsOf(first) }
  const judge = { forward: judgeForward, backward: judgeBackward, chord: judgeChord, follower: () => [] }[plot]
  // Appends of a projection's lane go to the same streams again and again.
  const repeated = plot === 'follower' ? 0 : deeds.length - new Set(deeds.map(({ what }) => what)).size
  return { lane, problems: [...judge(evidence), ...doneAgain(lane, entries)], effects: deeds.length, repeated }
}

/** What was acknowledged as recorded is not done again. */
function doneAgain({ name }: Lane, entries: readonly LedgerEntry[]): readonly string[] {
  const kept = new Set<string>()
  return entries.flatMap((entry) => {
    if (entry.kind === 'kept' && entry.lane === name) kept.add(entry.what)
    if (entry.kind !== 'did' || entry.lane !== name) return []
    return kept.has(entry.what) || kept.has('everything') ? [`${entry.what} was done again after it was recorded`] : []
  })
}

interface Evidence {
  readonly deeds: readonly Deed[]
  readonly runs: readonly LaneRun[]
  /** Rows that were committed with the record of what they belong to. */
  readonly marks: readonly string[]
  readonly first: LaneRun | undefined
  readonly steps: readonly LaneStep[]
}

const ONE_TO = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1)

function judgeForward({ deeds, marks, first, steps, runs }: Evidence): readonly string[] {
  const names = ONE_TO(STEPS).map((number) => `step ${number}`)
  const recorded = names.map((name) => deeds.findLast(({ what }) => what === name)?.note)
  return [
    ...expectSame(
      'the runs',
      runs.map(({ state }) => state),
      ['succeeded'],
    ),
    ...expectSame('the result', parsed(first?.result), recorded),
    ...expectSame(
      'the record',
      steps.map(({ name, state, result }) => [name, state, parsed(result)]),
      names.map((name, index) => [name, 'done', recorded[index]]),
    ),
    ...expectInOrder(deeds, names),
    ...expectMarks(marks, names),
  ]
}

function judgeBackward({ deeds, marks, first, steps, runs }: Evidence): readonly string[] {
  const done = ONE_TO(STEPS - 1)
  const names = [...done.map((number) => `step ${number}`), ...done.toReversed().map((number) => `undo ${number}`)]
  const noteOf = (name: string): string | undefined => deeds.findLast(({ what }) => what === name)?.note
  const strangers = done.filter((number) =>
    deeds.some(({ what, note }) => what === `undo ${number}` && note !== noteOf(`step ${number}`)),
  )
  const code = (parsed(first?.error) as { code?: string } | undefined)?.code
  return [
    ...expectSame(
      'the runs',
      runs.map(({ state }) => [state, code]),
      [['failed', 'STEP_FAILED']],
    ),
    ...expectSame(
      'the record',
      steps.map(({ name, state }) => `${name} ${state}`),
      [...done.map((number) => `step ${number} undone`), `step ${STEPS} failed`],
    ),
    ...strangers.map((number) => `step ${number} was undone with something else than its recorded result`),
    ...expectInOrder(deeds, names),
    ...expectMarks(marks, names),
  ]
}

function judgeChord({ deeds, marks, first, steps, runs }: Evidence): readonly string[] {
  const parts = Array.from({ length: PARTS }, (_, number) => `part ${number}`)
  const jobs = runs.map(({ job }) => job.replace(/-.*/, ''))
  const gathered = deeds.findIndex(({ what }) => what === 'callback')
  return [
    ...expectSame('the ends', [...new Set(runs.map(({ state }) => state))], ['succeeded']),
    ...expectSame('the runs', [count(jobs, 'part'), count(jobs, 'gather'), runs.length], [PARTS, 1, PARTS + 2]),
    ...expectSame('the result', parsed(first?.result), TOTAL),
    ...expectSame(
      'the record',
      steps.map(({ name, state }) => `${name} ${state}`),
      ['group done', 'callback done'],
    ),
    ...expectSame('the rows', marks.toSorted(), [...parts, 'callback'].toSorted()),
    ...expectTimes(deeds, [...parts, 'callback']),
    ...(deeds.slice(gathered).some(({ what }) => what !== 'callback') ? ['a part was done after the callback'] : []),
  ]
}

/** Each of these at least once and at most twice, because of one death, one after the other; and nothing else. */
function expectInOrder(deeds: readonly Deed[], names: readonly string[]): readonly string[] {
  const places = deeds.map(({ what }) => names.indexOf(what))
  const backwards = places.findIndex((place, index) => place < (places[index - 1] ?? 0))
  const seen = deeds.map(({ what }) => what).join(', ')
  return [...expectTimes(deeds, names), ...(backwards >= 0 ? [`out of order: ${seen}`] : [])]
}

function expectTimes(deeds: readonly Deed[], names: readonly string[]): readonly string[] {
  const times = new Map(names.map((name) => [name, 0]))
  for (const { what } of deeds) times.set(what, (times.get(what) ?? -100) + 1)
  return [...times]
    .filter(([, number]) => number < 1 || number > 2)
    .map(([what, number]) => `${what} was done ${number < 0 ? 'and should not be' : `${number} times`}`)
}

/** What ends by `complete` has its row exactly once. */
function expectMarks(marks: readonly string[], names: readonly string[]): readonly string[] {
  const committing = names.filter((name) => Number(name.replace(/\D/g, '')) % 2 === 0)
  return expectSame('the rows', marks.toSorted(), committing.toSorted())
}

function expectSame(what: string, found: unknown, expected: unknown): readonly string[] {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)]
  return is === should ? [] : [`${what}: ${is} instead of ${should}`]
}

function parsed(text: string | null | undefined): unknown {
  return text == null ? undefined : JSON.parse(text)
}

function count(list: readonly string[], item: string): number {
  return list.filter((each) => each === item).length
}
