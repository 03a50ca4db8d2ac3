import assert from 'node:assert/strict'
import {
  type DatabaseSource,
  type Engine,
  EngineError,
  type EngineErrorCode,
  type EngineOptions,
  type JobCall,
  job,
  type Role,
  type RunDetail,
  type RunState,
  type Trouble,
} from '@regie/engine'
import { z } from 'zod'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { beQuiet, comeToRest } from '../settle.ts'
import { startTestEngine } from '../test-engine.ts'
import { until } from '../until.ts'

/** A fresh, empty store, and how to get rid of it. */
export interface OpenSource {
  readonly source: DatabaseSource
  close(): Promise<void>
}

/** A kind of store that must pass the suite. */
export interface ConformanceStore {
  readonly name: string
  /** Called before each test. */
  openSource(): Promise<OpenSource>
}

/** Tests as data: a title, and sentences with what proves them. */
export interface Section {
  readonly title: string
  readonly tests: Readonly<Record<string, (lab: Lab) => Promise<void>>>
}

/** How a test wants an engine. */
export type LabEngineOptions = Omit<EngineOptions, 'database' | 'clock'> & {
  /** Default: the lab's, which all its engines share. An engine whose clock stands still looks dead to the others. */
  readonly clock?: FakeClock
  readonly roles?: readonly Role[]
}

/** Where one test works: an empty store, a clock, and engines that are stopped at the end. */
export interface Lab extends AsyncDisposable {
  readonly source: DatabaseSource
  readonly clock: FakeClock
  readonly troubles: readonly Trouble[]
  /** Starts another engine on the store; by default with the role `worker` only. */
  start(options: LabEngineOptions): Promise<Engine>
  /** Lets go, at the end, what the test holds: an engine that is stopped with work in hand waits two seconds of real time. */
  atEnd(letGo: () => void): void
  /** Fails unless all engines leave the store alone for a while, once they have ended what they have begun. */
  quiet(): Promise<void>
}

/** Opens the store and prepares the clock. */
export async function openLab(store: ConformanceStore): Promise<Lab> {
  const { source, close } = await store.openSource()
  const clock = fakeClock()
  const engines: Engine[] = []
  const troubles: Trouble[] = []
  const held: (() => void)[] = []
  // All at once: a test that failed half way may have left each of them waiting for another.
  const stop = async (): Promise<void> => {
    for (const letGo of held) letGo()
    await Promise.all(engines.map((engine) => engine.stop()))
    assert.equal(clock.pending, 0, 'stopped engines leave no timer')
  }
  let stirred = false
  const quiet = async (): Promise<void> => {
    stirred = true
    await beQuiet()
    stirred = false
  }
  const rest = async (): Promise<void> => {
    // It was said already.
    if (stirred) return
    await clock.advance(0)
    await comeToRest()
  }
  return {
    source,
    clock,
    troubles,
    async start(options) {
      const onTrouble = (trouble: Trouble): void => void troubles.push(trouble)
      const engine = await startTestEngine({ clock, onTrouble, ...options, database: source })
      engines.push(engine)
      return { ...engine, [Symbol.asyncDispose]: () => rest().finally(engine.stop) }
    },
    atEnd: (letGo) => void held.push(letGo),
    quiet,
    [Symbol.asyncDispose]: () => rest().finally(stop).finally(close),
  }
}

/** Waits for a run to end; answers it. */
export function ended(engine: Engine, id: number): Promise<RunDetail> {
  return until(`run ${id} ends`, async () => {
    const run = await engine.runs.get(id)
    return run.endedAt !== undefined && run
  })
}

/** Waits for a run to come into a state; answers it. */
export function reached(engine: Engine, id: number, state: RunState): Promise<RunDetail> {
  return until(`run ${id} is ${state}`, async () => {
    const run = await engine.runs.get(id)
    return run.state === state && run
  })
}

/** Waits for all of these runs to end, in the order given. */
export async function allEnded(engine: Engine, ids: readonly number[]): Promise<readonly RunDetail[]> {
  const runs: RunDetail[] = []
  for (const id of ids) runs.push(await ended(engine, id))
  return runs
}

/** The error with which `attempt` is refused; fails when it is not an `EngineError` of this code. */
export async function refusal(code: EngineErrorCode, attempt: () => unknown): Promise<EngineError> {
  let answer: unknown
  try {
    answer = await attempt()
  } catch (error) {
    if (error instanceof EngineError && error.code === code) return error
    throw new Error(`refused with ${String(error)}, not with ${code}`, { cause: error })
  }
  assert.fail(`not refused with ${code}, but answered with ${JSON.stringify(answer)}`)
}

/** A door that is closed until somebody opens it. */
export interface Door {
  open(): void
  readonly opened: Promise<void>
}

/** Makes a closed one, for handlers that a test wants to hold. */
export function door(): Door {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** A job of which one run goes on at a time; each waits behind the door. */
export function oneAtATime({ opened }: Door) {
  return job({
    name: 'one',
    input: z.object({}),
    limits: [{ key: 'only', concurrency: 1 }],
    run: () => opened,
  })
}

/** Rejects with the signal's reason once it aborts: what a well-behaved handler waits for. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Options of a batch that ends with this call. */
export function followedBy(call: JobCall): { readonly then: JobCall } {
  // biome-ignore lint/suspicious/noThenProperty: the engine's word for what comes after a batch; it is no function.
  return { then: call }
}
