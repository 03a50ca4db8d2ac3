import type { Transaction } from 'kysely'
import { EngineError } from '../errors.ts'
import type { EventStore, StreamAppend } from '../store/events.ts'
import { connectionOf } from '../store/open.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'
import { type CheckedEvent, checkEvent } from './check-data.ts'
import { checkWord } from './check-words.ts'
import { formatCursor } from './cursor.ts'
import type { NewEvent, RecordedEvent } from './event.ts'
import type { Appended, ExpectedVersion } from './event-api.ts'
import type { EventTypes } from './event-types.ts'
import { prepareEvents, type SealGround } from './prepare-events.ts'

const MAX_EVENTS = 10_000

/** What else happens when events are appended. */
export interface AppendListener {
  /** True when events of one of these types are to be handled in the commit of their append. */
  readonly wants: (types: ReadonlySet<string>) => boolean
  /** In the transaction of the append; what it throws undoes the append. */
  readonly inCommit: (
    tx: Tx,
    events: readonly RecordedEvent[],
    by: Pick<AppendRequest, 'runId' | 'trace'>,
  ) => Promise<void>
  /** Once an append is durable. */
  readonly committed: () => void
}

/** What appending needs of the engine. */
export interface AppendGround extends SealGround {
  readonly store: EventStore
  readonly types: EventTypes
  readonly now: () => number
  readonly listener: AppendListener
}

/** Events for the end of a stream of an organisation, on behalf of a run or of nobody. */
export interface AppendRequest {
  readonly org: string
  readonly stream: string
  readonly expected: ExpectedVersion
  readonly events: readonly NewEvent[]
  readonly runId: number | undefined
  /** The trace of that run. */
  readonly trace: string | undefined
}

/** What was appended, and as it will be read. */
export interface AppendResult {
  readonly answer: Appended
  readonly recorded: () => readonly RecordedEvent[]
}

/** Checks everything, then appends; inside `tx` when given. Throws what `Append` documents. */
export async function appendEvents<DB>(
  ground: AppendGround,
  request: AppendRequest,
  tx?: Transaction<DB>,
): Promise<AppendResult> {
  checkRequest(request)
  const { org, stream, expected, runId } = request
  const checked = request.events.map((event) => checkEvent(ground.types, event))
  const events = await prepareEvents(ground, org, checked, tx)
  const append: StreamAppend = {
    org,
    stream,
    expected: expected === 'new' ? 0 : expected,
    events,
    runId: runId ?? null,
    at: ground.now(),
  }
  const wanted = ground.listener.wants(new Set(events.map(({ type }) => type)))
  const work = <T>(own?: Transaction<T>) => storeEvents(ground, { request, append, checked, wanted }, own)
  return tx === undefined && wanted ? ground.database.transaction<AppendResult, EngineTables>(work) : work(tx)
}

interface Storing {
  readonly request: AppendRequest
  readonly append: StreamAppend
  readonly checked: readonly CheckedEvent[]
  readonly wanted: boolean
}

async function storeEvents<DB>(
  { store, listener }: AppendGround,
  { request, append, checked, wanted }: Storing,
  tx?: Transaction<DB>,
): Promise<AppendResult> {
  const outcome = await store.append(append, tx)
  if (outcome.kind === 'closed') throw closed(append.stream)
  if (outcome.kind === 'conflict') throw conflict(request, outcome.version)
  const { version, tx: transaction, positions } = outcome
  const recorded = () =>
    checked.map((event, index) => {
      const place = { position: positions[index] ?? 0, tx: transaction, version: version - checked.length + index + 1 }
      return recordedEvent(append, event, place)
    })
  if (tx === undefined) listener.committed()
  if (tx !== undefined) (await connectionOf(tx)).afterCommit(listener.committed)
  // The caller's tables and the engine's are in the same database.
  if (tx !== undefined && wanted) await listener.inCommit(tx as unknown as Tx, recorded(), request)
  const cursor = formatCursor({ tx: transaction, position: positions.at(-1) ?? 0 })
  return { answer: { stream: append.stream, version, positions, cursor }, recorded }
}

/** As it will be read: parsed from its text, so that what sees it now sees what a replay will see. */
function recordedEvent(
  { org, stream, runId, at }: StreamAppend,
  { known, text, meta, person }: CheckedEvent,
  { position, tx, version }: Pick<RecordedEvent, 'position' | 'tx' | 'version'>,
): RecordedEvent {
  return {
    position,
    tx,
    org,
    stream,
    version,
    type: known.name,
    data: JSON.parse(text),
    meta: meta === null ? undefined : JSON.parse(meta),
    person,
    runId: runId ?? undefined,
    at,
    erased: false,
  }
}

function checkRequest({ org, stream, expected, events }: AppendRequest): void {
  checkWord('organisation', org)
  checkWord('stream name', stream)
  for (const { person } of events) if (person !== undefined) checkWord('person', person)
  if (events.length === 0 || events.length > MAX_EVENTS)
    throw new EngineError(
      'APPEND_INVALID',
      `${events.length} events cannot be appended to ${stream} at once: pass 1 to ${MAX_EVENTS.toLocaleString('en')}`,
    )
  if (expected === 'any' || expected === 'new' || (Number.isSafeInteger(expected) && expected >= 0)) return
  throw new EngineError(
    'APPEND_INVALID',
    `the expected version of ${stream} is ${JSON.stringify(expected)}: pass a whole number from 0, 'any' or 'new'`,
  )
}

function closed(stream: string): EngineError {
  return new EngineError('STREAM_ARCHIVED', `the stream ${stream} is closed and takes no more events: begin a new one`)
}

function conflict({ stream, expected }: AppendRequest, actual: number): EngineError {
  const wanted = expected === 'new' ? 'not to exist' : `at version ${expected}`
  return new EngineError(
    'STREAM_CONFLICT',
    `the stream ${stream} was expected ${wanted} and is at version ${actual}: read it again and decide anew`,
    { conflict: { stream, expected, actual } },
  )
}
