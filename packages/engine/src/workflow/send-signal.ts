import type { Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import { connectionOf } from '../store/open.ts'
import { keyOfRun } from '../store/signals.ts'
import type { Tx } from '../store/tables.ts'
import { readStandings, readWaits, type Standing } from '../store/workflow-reads.ts'
import type { SignalAddress } from './context.ts'
import type { AnySignal } from './signal.ts'
import { addressOf, deliver, knownSignal, serialiseSignal } from './signalling.ts'
import type { Signalled } from './workflows-api.ts'

/** What sending signals needs of the engine. */
export interface SignalGround {
  readonly signals: ReadonlyMap<string, AnySignal>
  /** The organisation of what names none. */
  readonly org: string
  readonly clock: Clock
  /** Told once a commit may have let workflows go on. */
  readonly released: () => void
}

/** Sends a signal within a transaction. `org`: whose; undefined for whoever's run it is sent to. */
export async function sendSignal(
  { signals, org: own, clock, released }: SignalGround,
  tx: Tx,
  { name }: Pick<AnySignal, 'name'>,
  payload: unknown,
  to: SignalAddress,
  org: string | undefined,
): Promise<Signalled> {
  const signal = knownSignal(signals, name)
  const text = serialiseSignal(signal, payload)
  const whose = 'run' in to ? await orgOfRun(tx, to.run, org) : (org ?? own)
  const address = addressOf(whose, name, to)
  if ('run' in to) await refuseKeyed(tx, to.run, name)
  const runId = await deliver(tx, address, text, clock.now())
  if (runId === undefined) return { outcome: 'kept' }
  ;(await connectionOf(tx)).afterCommit(released)
  return { outcome: 'delivered', runId }
}

async function orgOfRun(tx: Tx, run: number, org: string | undefined): Promise<string> {
  const standing = requireWorkflow(run, Number.isSafeInteger(run) ? await readStandings(tx, [run]) : [])
  // Of another organisation's run nobody hears more than that it is not theirs.
  if (org !== undefined && standing.org !== org) throw unknownWorkflow(run)
  if (standing.ended === null) return standing.org
  throw new EngineError(
    'RUN_STATE',
    `run ${run} of ${standing.job} has ended (${standing.ended}): no signal reaches it`,
  )
}

// What is sent to a run does not reach it where it waits with a key: it would be kept, for a wait that may never come.
async function refuseKeyed(tx: Tx, run: number, name: string): Promise<void> {
  const keys = (await readWaits(tx, run)).filter((wait) => wait.name === name).map(({ key }) => key)
  if (keys.length === 0 || keys.includes(keyOfRun(run))) return
  const words = keys.map((key) => JSON.stringify(key)).join(', ')
  throw new EngineError(
    'RUN_STATE',
    `run ${run} waits for the signal ${name} with the key ${words}: send it to that key instead of the run`,
  )
}

/** The workflow with this id among those read. Throws `RUN_UNKNOWN`. */
export function requireWorkflow(id: number, standings: readonly Standing[]): Standing & { readonly version: number } {
  const standing = standings.find((one) => one.id === id)
  if (standing === undefined) throw unknownWorkflow(id)
  if (standing.version !== undefined) return { ...standing, version: standing.version }
  throw new EngineError('RUN_UNKNOWN', `there is no workflow ${id}: that run is one of the job ${standing.job}`)
}

function unknownWorkflow(id: number): EngineError {
  return new EngineError('RUN_UNKNOWN', `there is no workflow ${id}: it may have been forgotten after its retention`)
}
