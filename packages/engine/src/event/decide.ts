import type { Transaction } from 'kysely'
import { isEngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import type { Logger } from '../log.ts'
import type { EngineTables } from '../store/schema.ts'
import { readSnapshot, type SnapshotKey, writeSnapshot } from '../store/snapshots.ts'
import { readStreamEvents } from '../store/streams.ts'
import type { Tx } from '../store/tables.ts'
import { type AppendGround, appendEvents } from './append.ts'
import { impureField } from './check-data.ts'
import { checkWord } from './check-words.ts'
import { checkDecider, type Decided, type Decider } from './decider.ts'
import { type DecodeGround, decodeEvents } from './decode.ts'
import type { AnyEventType, EventOf, RecordedEvent } from './event.ts'

const PAGE = 1_000
const MAX_SNAPSHOT = 1_048_576

/** What deciding needs of the engine. */
export interface DecideGround extends AppendGround, DecodeGround {
  readonly log: Logger
}

/** Where a command goes. */
export interface DecideRequest {
  readonly org: string
  readonly stream: string
  readonly runId: number | undefined
  /** The trace of that run. */
  readonly trace: string | undefined
  /** At least 1. */
  readonly attempts: number
}

/** Loads, decides and appends, again when somebody was faster; inside `tx` when given. Throws what `Append` documents. */
export async function decideCommand<State, Command, Types extends readonly AnyEventType[], DB>(
  ground: DecideGround,
  decider: Decider<State, Command, Types>,
  command: Command,
  request: DecideRequest,
  tx?: Transaction<DB>,
): Promise<Decided<State, Types>> {
  checkDecider(decider)
  checkWord('organisation', request.org)
  checkWord('stream name', request.stream)
  for (let attempt = 1; ; attempt++) {
    try {
      return await decideOnce(ground, decider, command, request, tx)
    } catch (error) {
      // A conflict has written nothing, so inside a transaction too it can be tried again.
      const again = isEngineError(error, 'STREAM_CONFLICT') && error.conflict?.stream === request.stream
      if (!again || attempt >= request.attempts) throw error
    }
  }
}

async function decideOnce<State, Command, Types extends readonly AnyEventType[], DB>(
  ground: DecideGround,
  decider: Decider<State, Command, Types>,
  command: Command,
  { org, stream, runId, trace }: DecideRequest,
  tx?: Transaction<DB>,
): Promise<Decided<State, Types>> {
  // The engine's tables and the caller's are in the same database.
  const own = tx as unknown as Tx | undefined
  const loaded = await load(ground, decider, org, stream, own)
  const events = [decider.decide(loaded.state, command)].flat()
  if (events.length === 0) return { state: loaded.state, version: loaded.version, events: [] }
  const request = { org, stream, expected: loaded.version, events, runId, trace }
  const { answer, recorded } = await appendEvents(ground, request, tx)
  const appended = recorded()
  const { version } = answer
  const state = appended.reduce((before, event) => evolve(decider, before, event), loaded.state)
  const personal = loaded.personal || appended.some(({ person }) => person !== undefined)
  const { snapshot } = decider
  if (snapshot !== undefined && !personal && version - loaded.keptVersion >= snapshot.every)
    await keep(ground, { org, stream, decider: decider.name }, snapshot.version, { version, state }, own)
  return { state, version, events: appended as unknown as readonly EventOf<Types[number]>[] }
}

interface Loaded<State> {
  readonly state: State
  readonly version: number
  /** Of the snapshot it began with; 0 without one. */
  readonly keptVersion: number
  /** True when events about a person have gone into the state: it must not be kept unencrypted. */
  readonly personal: boolean
}

async function load<State, Command, Types extends readonly AnyEventType[]>(
  ground: DecideGround,
  decider: Decider<State, Command, Types>,
  org: string,
  stream: string,
  tx: Tx | undefined,
): Promise<Loaded<State>> {
  const db = tx ?? ground.database.kysely<EngineTables>()
  const kept =
    decider.snapshot === undefined
      ? undefined
      : await readSnapshot(db, { org, stream, decider: decider.name }, decider.snapshot.version)
  const keptVersion = kept?.version ?? 0
  let state: State = kept === undefined ? decider.initial : JSON.parse(kept.state)
  let version = keptVersion
  let personal = false
  for (let size = PAGE; size === PAGE; ) {
    const stored = await readStreamEvents(db, org, stream, { above: version, limit: PAGE })
    const events = await decodeEvents(ground, stored, tx)
    for (const event of events) state = evolve(decider, state, event)
    personal ||= events.some(({ person }) => person !== undefined)
    version = events.at(-1)?.version ?? version
    size = events.length
  }
  return { state, version, keptVersion, personal }
}

function evolve<State, Command, Types extends readonly AnyEventType[]>(
  { events, evolve }: Decider<State, Command, Types>,
  state: State,
  event: RecordedEvent,
): State {
  return events.some(({ name }) => name === event.type) ? evolve(state, event as EventOf<Types[number]>) : state
}

/** What cannot be kept only costs time at the next load, so it does not fail the command. */
async function keep(
  { database, log }: DecideGround,
  key: SnapshotKey,
  stateVersion: number,
  { version, state }: { readonly version: number; readonly state: unknown },
  tx: Tx | undefined,
): Promise<void> {
  const fault = impureField(state, '')
  const text = fault === undefined ? JSON.stringify(state) : ''
  if (fault !== undefined || text.length > MAX_SNAPSHOT) {
    const why = fault === undefined ? 'it is over 1 MiB' : `${fault === '' ? 'it' : fault} is not JSON`
    log.warn({ ...key, version }, `a state was not kept as a snapshot: ${why}`)
    return
  }
  const write = writeSnapshot(tx ?? database.kysely<EngineTables>(), key, stateVersion, { version, state: text })
  // Inside a transaction a failed statement is the caller's to know: on PostgreSQL nothing can follow it.
  if (tx !== undefined) return write
  await write.catch((error) =>
    log.warn({ ...key, version, error: storedError(error) }, 'a snapshot could not be written'),
  )
}
