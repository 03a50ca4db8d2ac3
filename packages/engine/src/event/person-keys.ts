import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import {
  addPersonKeys,
  destroyPersonKeys,
  type PersonKeyRow,
  readOutermostKeys,
  readPersonKeys,
} from '../store/person-keys.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Db, Tx } from '../store/tables.ts'
import { KEY_BYTES, newKey, seal, unseal } from './seal.ts'

/**
 * Where the keys of persons are kept: 32 bytes for each person of an organisation. What is called with `tx` belongs to that
 * transaction, for keys that lie in the same database; a keeper elsewhere ignores it, is quick, and may be asked twice.
 */
export interface PersonKeys {
  /** The keys there are; a person without one, or whose key was destroyed, is absent. */
  get<DB>(org: string, people: readonly string[], tx?: Transaction<DB>): Promise<ReadonlyMap<string, Uint8Array>>
  /** Makes the keys that are missing; answers all. A destroyed key is never made anew: it stays absent. */
  create<DB>(org: string, people: readonly string[], tx?: Transaction<DB>): Promise<ReadonlyMap<string, Uint8Array>>
  /** For good. Called in the transaction that records the erasure. */
  destroy<DB>(org: string, people: readonly string[], tx: Transaction<DB>): Promise<void>
  /** Throws when it cannot open what it keeps. Called at each start, before anything is written. Default: nothing is checked. */
  check?(): Promise<void>
}

/** What keys that are kept in the engine's own database are wrapped with. 32 bytes, or their base64. */
export interface MasterKey {
  readonly masterKey: Uint8Array | string
  /** Those before it: keys wrapped with them can still be read. Default none. */
  readonly former?: readonly (Uint8Array | string)[]
}

/** Keys in the engine's own tables, wrapped by a master key. Throws `PERSON_KEYS_FAILED` when that is not one. */
export function storedPersonKeys({ masterKey, former = [] }: MasterKey): (database: Database) => PersonKeys {
  const [current, ...others] = [masterKey, ...former].map(checkedKey)
  if (current === undefined) throw new EngineError('PERSON_KEYS_FAILED', 'there is no master key')
  const masters = new Map([current, ...others].map((key) => [keyId(key), key]))
  return (database) => keysIn(database, current, masters)
}

function keysIn(database: Database, current: Uint8Array, masters: ReadonlyMap<string, Uint8Array>): PersonKeys {
  const place = <DB>(tx: Transaction<DB> | undefined): Db =>
    tx === undefined ? database.kysely<EngineTables>() : (tx as unknown as Tx)
  const wrap = (org: string, person: string): string =>
    `${keyId(current)}.${seal(current, newKey(), `${org}\u001f${person}`)}`
  // Each key says which master it was wrapped with. With another one, keys of two masters would soon lie side by side.
  const check = async (db: Db): Promise<void> => {
    const kept = await readOutermostKeys(db)
    if (kept.every((key) => masters.has(key.split('.')[0] ?? ''))) return
    throw new EngineError(
      'PERSON_KEYS_FAILED',
      'the keys of persons were made with another master key: give that one, as a former one if it was replaced',
    )
  }
  let isChecked = false
  const open = (org: string, rows: readonly PersonKeyRow[]): ReadonlyMap<string, Uint8Array> =>
    new Map(
      rows.filter(({ key }) => key.includes('.')).map(({ person, key }) => [person, unwrap(masters, org, person, key)]),
    )
  return {
    get: async (org, people, tx) => open(org, await readPersonKeys(place(tx), org, people)),
    create: async (org, people, tx) => {
      const keys = people.map((person) => ({ person, key: wrap(org, person) }))
      const rows = await addPersonKeys(place(tx), org, keys)
      // Once: whoever started before there was any key may find those of another master beside its first.
      if (!isChecked) await check(place(tx))
      isChecked = true
      return open(org, rows)
    },
    destroy: (org, people, tx) => destroyPersonKeys(tx as unknown as Tx, org, people),
    check: () => check(place(undefined)),
  }
}

function unwrap(masters: ReadonlyMap<string, Uint8Array>, org: string, person: string, wrapped: string): Uint8Array {
  const [id = '', sealed = ''] = wrapped.split('.')
  const master = masters.get(id)
  const key = master === undefined ? undefined : unseal(master, sealed, `${org}\u001f${person}`)
  if (key !== undefined) return key
  throw new EngineError(
    'PERSON_KEYS_FAILED',
    `the key of person ${person} in ${org} cannot be opened with this master key: give the one it was made with, as a former one if it was replaced`,
  )
}

function checkedKey(key: Uint8Array | string): Uint8Array {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : key
  if (bytes.length === KEY_BYTES) return bytes
  throw new EngineError(
    'PERSON_KEYS_FAILED',
    `a master key has ${bytes.length} bytes: give ${KEY_BYTES}, or their base64, such as from \`openssl rand -base64 32\``,
  )
}

// Says which master key wrapped something, and nothing of the key itself.
function keyId(key: Uint8Array): string {
  return createHash('sha256').update('regie master key').update(key).digest('hex').slice(0, 8)
}
