import { EngineError } from '../errors.ts'
import type { StepKind } from '../store/schema.ts'
import type { StepRow } from '../store/steps.ts'
import { isWord } from './word.ts'

/** Longest name of a step. */
const MAX_NAME = 200

/** One call of a step by the code: its number, and what is recorded of it, if anything. */
export interface StepCall {
  readonly name: string
  readonly kind: StepKind
  readonly seq: number
  readonly alone: boolean
  readonly row: StepRow | undefined
}

/**
 * What is recorded of one run, against what its code calls now. The same input and the same answers must lead to the same
 * calls; where they do not, the code has changed in a way this run cannot follow.
 */
export class Recollection {
  readonly #recorded: ReadonlyMap<string, StepRow>
  readonly #unvisited: Set<string>
  readonly #called = new Set<string>()
  #last: number

  constructor(steps: readonly StepRow[]) {
    this.#last = steps.reduce((last, { seq }) => Math.max(last, seq), 0)
    this.#recorded = new Map(steps.map((step) => [step.name, step]))
    this.#unvisited = new Set(this.#recorded.keys())
  }

  /** True while the code has not come to everything that is recorded: nothing new may be done before. */
  get replaying(): boolean {
    return this.#unvisited.size > 0
  }

  /** The error that names the first recorded step to which the code did not come. */
  get divergence(): EngineError | undefined {
    const [name] = this.#unvisited
    if (name === undefined) return undefined
    return new EngineError(
      'WORKFLOW_DIVERGED',
      `the step ${JSON.stringify(name)} is recorded, but the code does not come to it any more: give the workflow a new version and keep the old way with wf.since()`,
      { step: name },
    )
  }

  /**
   * Takes note of a call. `alone`: nothing else was under way. Throws `STEP_DUPLICATE`, `NAME_INVALID` or, when the record
   * says something else, `WORKFLOW_DIVERGED`.
   */
  call(name: string, kind: StepKind, alone: boolean): StepCall {
    checkStepName(name)
    if (this.#called.has(name))
      throw new EngineError(
        'STEP_DUPLICATE',
        `two steps of this workflow are named ${JSON.stringify(name)}: give the second a name of its own`,
      )
    this.#called.add(name)
    const place = this.#called.size
    const row = this.#recorded.get(name)
    if (row === undefined) {
      // What was done later has a higher number, also when fewer calls were made on the way to it this time.
      const next = ++this.#last
      return { name, kind, seq: next, alone: alone && next === place, row }
    }
    this.#unvisited.delete(name)
    if (row.kind !== kind) throw diverged(name, `was recorded as a ${row.kind} and is a ${kind} now`)
    if (row.alone && row.seq !== place)
      throw diverged(name, `was number ${row.seq} when it was recorded and is number ${place} now`)
    return { name, kind, seq: row.seq, alone: row.alone, row }
  }
}

/** Refuses what a store cannot give back as it was given. */
function checkStepName(name: string): void {
  if (isWord(name, MAX_NAME)) return
  throw new EngineError(
    'NAME_INVALID',
    `a step's name is a text of 1 to ${MAX_NAME} characters without control characters, not ${JSON.stringify(name)}`,
  )
}

function diverged(name: string, what: string): EngineError {
  return new EngineError(
    'WORKFLOW_DIVERGED',
    `the step ${JSON.stringify(name)} ${what}: give the workflow a new version and keep the old way with wf.since()`,
    { step: name },
  )
}
