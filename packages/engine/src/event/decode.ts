import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import { readForgotten } from '../store/erasures.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'
import type { RecordedEvent } from './event.ts'
import type { StoredEvent } from './event-api.ts'
import type { EventTypes } from './event-types.ts'
import type { PersonKeys } from './person-keys.ts'
import { join } from './personal.ts'
import { sealedAbout } from './prepare-events.ts'
import { unseal } from './seal.ts'

/** What reading needs. */
export interface DecodeGround {
  readonly database: Database
  readonly types: EventTypes
  readonly keys: PersonKeys | undefined
}

type Keys = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>

const NO_KEYS: Keys = new Map()

/**
 * Events as their readers get them: personal fields decrypted, or placeholders; data of the newest version. A type this
 * engine does not know is shown as it is stored. Throws `EVENT_UNREADABLE`, `PERSON_KEYS_MISSING` or `PERSON_KEYS_FAILED`.
 */
export async function decodeEvents(
  ground: DecodeGround,
  events: readonly StoredEvent[],
  tx?: Tx,
): Promise<readonly RecordedEvent[]> {
  const sealed = events.filter((event) => event.sealed !== null)
  const keys = sealed.length === 0 ? NO_KEYS : await keysOf(ground, sealed, tx)
  return events.map((event) => decodeEvent(ground.types, event, keys))
}

function decodeEvent(types: EventTypes, event: StoredEvent, keys: Keys): RecordedEvent {
  const { position, tx, org, stream, version, type, meta, person, sealed, runId, at } = event
  const key = sealed === null ? undefined : keys.get(org)?.get(person ?? '')
  return {
    position,
    tx,
    org,
    stream,
    version,
    type,
    data: readData(types, event, key),
    meta: meta === null ? undefined : JSON.parse(meta),
    person: person ?? undefined,
    runId: runId ?? undefined,
    at,
    erased: sealed !== null && key === undefined,
  }
}

function readData(types: EventTypes, event: StoredEvent, key: Uint8Array | undefined): unknown {
  const { type, typeVersion } = event
  const known = types.get(type)
  if (known !== undefined && typeVersion > known.version)
    throw unreadable(
      event,
      `was written in version ${typeVersion} of its type, and this code knows ${known.version}: start the newer code`,
    )
  let data: unknown = JSON.parse(event.data)
  if (key !== undefined) data = join(data, openFields(event, key))
  if (known === undefined || typeVersion === known.version) return data
  try {
    for (const step of known.steps.slice(typeVersion - 1)) data = step(data as Readonly<Record<string, unknown>>)
    return data
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw unreadable(
      event,
      `could not be brought from version ${typeVersion} of its type to ${known.version}: ${why}`,
      cause,
    )
  }
}

function openFields({ org, person, type, sealed, position }: StoredEvent, key: Uint8Array): Record<string, unknown> {
  const fields = unseal(key, sealed ?? '', sealedAbout(org, person ?? '', type))
  if (fields !== undefined) return JSON.parse(fields.toString())
  throw new EngineError(
    'PERSON_KEYS_FAILED',
    `the personal fields of event ${position} cannot be opened with the key of person ${person} in ${org}: was the key replaced, or the event changed?`,
  )
}

/** The keys of everybody whom these events are about and who was not forgotten. */
async function keysOf({ database, keys }: DecodeGround, events: readonly StoredEvent[], tx?: Tx): Promise<Keys> {
  if (keys === undefined)
    throw new EngineError(
      'PERSON_KEYS_MISSING',
      `event ${events[0]?.position} has personal fields: give createEngine the \`personKeys\` they were encrypted with`,
    )
  const found = new Map<string, ReadonlyMap<string, Uint8Array>>()
  for (const [org, theirs] of Map.groupBy(events, (event) => event.org)) {
    const people = [...new Set(theirs.flatMap(({ person }) => person ?? []))]
    // A keeper of keys elsewhere may be behind: who was forgotten is forgotten.
    const forgotten = await readForgotten(tx ?? database.kysely<EngineTables>(), org, people)
    const remembered = people.filter((person) => !forgotten.has(person))
    if (remembered.length > 0) found.set(org, await keys.get(org, remembered, tx))
  }
  return found
}

function unreadable({ position, type, stream }: StoredEvent, what: string, cause?: unknown): EngineError {
  return new EngineError('EVENT_UNREADABLE', `event ${position} (${type} in ${stream}) ${what}`, { cause })
}
