import type { Transaction } from 'kysely'
import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import { readForgotten } from '../store/erasures.ts'
import type { PreparedEvent } from '../store/events.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'
import { type CheckedEvent, checkSize } from './check-data.ts'
import type { PersonKeys } from './person-keys.ts'
import { split } from './personal.ts'
import { seal } from './seal.ts'

/** What encrypting needs. */
export interface SealGround {
  readonly database: Database
  /** Undefined when no event type has personal fields. */
  readonly keys: PersonKeys | undefined
}

/** Checked events as they are stored: personal fields encrypted. Throws `PERSON_FORGOTTEN` or `PERSON_KEYS_FAILED`. */
export async function prepareEvents<DB>(
  ground: SealGround,
  org: string,
  events: readonly CheckedEvent[],
  tx?: Transaction<DB>,
): Promise<readonly PreparedEvent[]> {
  const people = [...new Set(events.flatMap(({ known, person }) => (known.isPersonal ? (person ?? []) : [])))]
  const keys = people.length === 0 ? new Map() : await keysOf(ground, org, people, tx)
  return events.map((event) => prepareEvent(org, event, keys))
}

function prepareEvent(org: string, event: CheckedEvent, keys: ReadonlyMap<string, Uint8Array>): PreparedEvent {
  const { known, data, text, meta, person } = event
  const plain = { type: known.name, typeVersion: known.version, meta, person: person ?? null }
  const key = person === undefined ? undefined : keys.get(person)
  if (known.isPersonal === undefined || key === undefined) return { ...plain, data: text, sealed: null }
  const { open, fields } = split(data, known.isPersonal)
  if (Object.keys(fields).length === 0) return { ...plain, data: text, sealed: null }
  const sealed = seal(key, JSON.stringify(fields), sealedAbout(org, person ?? '', known.name))
  const masked = JSON.stringify(open)
  checkSize(known.name, masked.length + sealed.length, () => Buffer.byteLength(masked) + sealed.length)
  return { ...plain, data: masked, sealed }
}

/** What the encrypted fields belong to: they cannot be opened as somebody else's. */
export function sealedAbout(org: string, person: string, type: string): string {
  return `${org}\u001f${person}\u001f${type}`
}

async function keysOf<DB>(
  { database, keys }: SealGround,
  org: string,
  people: readonly string[],
  tx: Transaction<DB> | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (keys === undefined)
    throw new EngineError('PERSON_KEYS_MISSING', 'there are no `personKeys` to encrypt personal fields with')
  // Keys lie in the same database as the caller's tables.
  const own = tx as unknown as Tx | undefined
  const known = await keys.get(org, people, own)
  const missing = people.filter((person) => !known.has(person))
  if (missing.length === 0) return known
  const forgotten = await readForgotten(own ?? database.kysely<EngineTables>(), org, missing)
  const made = forgotten.size > 0 ? new Map<string, Uint8Array>() : await keys.create(org, missing, own)
  const without = missing.find((person) => !made.has(person))
  if (without === undefined) return new Map([...known, ...made])
  throw new EngineError(
    'PERSON_FORGOTTEN',
    `person ${[...forgotten][0] ?? without} in ${org} was forgotten: nothing about that person is kept any more; give whoever comes back a new id`,
  )
}
