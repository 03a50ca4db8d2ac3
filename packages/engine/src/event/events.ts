import type { Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import type { Origin } from '../job/origin.ts'
import type { Logger } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { EventStore, StoredEvent } from '../store/events.ts'
import { createEventStore } from '../store/open.ts'
import type { EngineTables } from '../store/schema.ts'
import { closeStream, listStreams, readStream, readStreamEvents } from '../store/streams.ts'
import { type AppendListener, appendEvents } from './append.ts'
import { archiveStreams } from './archive.ts'
import { checkWord } from './check-words.ts'
import { decideCommand } from './decide.ts'
import { decodeEvents } from './decode.ts'
import type { AnyEventType, RecordedEvent } from './event.ts'
import type { Append, Erasure, Events, ReadOptions, StreamFilter } from './event-api.ts'
import { createEventTypes, type EventTypes } from './event-types.ts'
import { everyErasure, forgetPeople, hasKey, reapplyErasures } from './forget.ts'
import { type MasterKey, type PersonKeys, storedPersonKeys } from './person-keys.ts'
import { replayEvents } from './replay.ts'

const READ = 200
const MAX_READ = 1_000
const STREAMS = 50
const MAX_STREAMS = 200
const ATTEMPTS = 5

/** What the events of an engine are made of. */
export interface EventsGround {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly org: string
  readonly types: EventTypes
  readonly keys: PersonKeys | undefined
  readonly onErasure: ((erasure: Erasure) => Promise<void>) | undefined
  readonly listener: AppendListener
}

/** The events of an engine: for callers, for its transactions and runs, and for its projections. */
export interface EngineEvents {
  readonly api: Events
  readonly types: EventTypes
  readonly store: EventStore
  append<DB>(origin: Origin, tx?: Transaction<DB>): Append
  decode(events: readonly StoredEvent[]): Promise<readonly RecordedEvent[]>
}

/** Checks event types and keys before a database is opened. Throws what `createEventTypes` documents, and `PERSON_KEYS_FAILED`. */
export function planEvents(events: readonly AnyEventType[], keys: MasterKey | PersonKeys | undefined) {
  const types = createEventTypes(events, keys !== undefined)
  if (keys === undefined) return { types, openKeys: () => undefined }
  if (!('masterKey' in keys)) return { types, openKeys: () => keys }
  const stored = storedPersonKeys(keys)
  return { types, openKeys: stored }
}

/** Puts the events of an engine together. */
export function createEvents(ground: EventsGround): EngineEvents {
  const store = createEventStore(ground.database)
  const own = { ...ground, store, now: () => ground.clock.now() }
  return {
    types: ground.types,
    store,
    decode: (events) => decodeEvents(ground, events),
    api: createApi(own),
    append: ({ org = ground.org, parentId: runId, trace }, tx) => ({
      append: async (stream, expected, events, options) => {
        const request = { org: options?.org ?? org, stream, expected, events: [events].flat(), runId, trace }
        return (await appendEvents(own, request, tx)).answer
      },
      decide: (decider, stream, command, { org: other = org, attempts = ATTEMPTS } = {}) =>
        decideCommand(own, decider, command, { org: other, stream, runId, trace, attempts }, tx),
    }),
  }
}

function createApi(ground: EventsGround & { readonly store: EventStore }): Events {
  const { database, clock } = ground
  const db = () => database.kysely<EngineTables>()
  const status = async (name: string, org: string) => {
    const found = await readStream(db(), org, name)
    if (found !== undefined) return found
    throw new EngineError(
      'STREAM_UNKNOWN',
      `there is no stream ${JSON.stringify(name)} in ${org}: \`events.streams\` lists them`,
    )
  }
  return {
    async read(stream, { org = ground.org, ...options } = {}) {
      const stored = await readStreamEvents(db(), org, stream, range(options))
      // Nothing to be seen of a stream that had events would be a lie.
      if (stored.length === 0 && (await readStream(db(), org, stream))?.state === 'archived')
        throw new EngineError(
          'STREAM_ARCHIVED',
          `the events of ${stream} were handed out and removed: read the archive`,
        )
      return decodeEvents(ground, stored)
    },
    stream: (name, { org = ground.org } = {}) => status(name, org),
    async streams({ org = ground.org, ...filter }: StreamFilter = {}, { limit = STREAMS, after } = {}) {
      const size = Math.min(Math.max(1, limit), MAX_STREAMS)
      const found = await listStreams(db(), { ...filter, org }, after ?? '', size + 1)
      const streams = found.slice(0, size)
      const last = streams.at(-1)
      return found.length > size && last !== undefined ? { streams, next: last.name } : { streams }
    },
    replay: (filter = {}) => replayEvents(ground, filter),
    decode: (events) => decodeEvents(ground, events),
    async forget(person, { org = ground.org } = {}) {
      checkWord('organisation', org)
      checkWord('person', person)
      const erasure = { org, person, at: clock.now() }
      const known = await hasKey(ground, org, person)
      const added = await forgetPeople(ground, [erasure])
      await ground.onErasure?.(erasure)
      return known && added.length > 0
    },
    erasures: () => everyErasure(ground),
    checkKeys: async () => ground.keys?.check?.(),
    reapplyErasures: (erasures) => reapplyErasures(ground, erasures),
    async archive(stream, { org = ground.org } = {}) {
      if (!(await closeStream(db(), org, stream, clock.now()))) await status(stream, org)
    },
    archiveTo: (write, which) => archiveStreams(ground, write, which),
  }
}

function range({ after, limit = READ, backwards = false }: Omit<ReadOptions, 'org'>) {
  const size = Math.min(Math.max(1, limit), MAX_READ)
  if (!backwards) return { above: after ?? 0, limit: size }
  return { above: 0, backwards, limit: size, ...(after === undefined ? {} : { below: after }) }
}
