import { AsyncLocalStorage } from 'node:async_hooks'
import { EngineError } from '../errors.ts'

/** Knows which step's code is calling: the one thing that cannot be told otherwise. */
const inside = new AsyncLocalStorage<string | undefined>()

/** Runs the code of a step. */
export function runInside<T>(step: string, work: () => T): T {
  return inside.run(step, work)
}

/** Runs the code of a workflow: what a step of another one has set in motion may have started it. */
export function runOutside<T>(work: () => T): T {
  return inside.run(undefined, work)
}

/** Refuses a step within a step: once the outer one is answered from its record, nobody would come to the inner one. */
export function refuseWithin(step: string): void {
  const outer = inside.getStore()
  if (outer === undefined) return
  throw new EngineError(
    'STEP_NESTED',
    `the step ${JSON.stringify(step)} was called within the step ${JSON.stringify(outer)}: call it before or after`,
  )
}
