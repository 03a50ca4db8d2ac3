import type { Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import { addErasures, listErasures } from '../store/erasures.ts'
import { destroyPersonKeys, readPersonKeys } from '../store/person-keys.ts'
import type { EngineTables } from '../store/schema.ts'
import { checkWord } from './check-words.ts'
import type { Erasure } from './event-api.ts'
import type { PersonKeys } from './person-keys.ts'

const PAGE = 500

/** What forgetting needs of the engine. */
export interface ForgetGround {
  readonly database: Database
  readonly clock: Clock
  readonly keys: PersonKeys | undefined
}

/** Whether there is a key of this person: without one, no event has told anything of them. */
export async function hasKey({ database, keys }: ForgetGround, org: string, person: string): Promise<boolean> {
  // Not by opening it: whoever has no master key, or another, can still destroy it.
  const rows = await readPersonKeys(database.kysely<EngineTables>(), org, [person])
  if (rows.some(({ key }) => key.includes('.'))) return true
  return keys !== undefined && (await keys.get(org, [person])).has(person)
}

/** Destroys keys and records it, in one commit. Answers which persons had not been forgotten before. */
export async function forgetPeople(
  { database, keys }: ForgetGround,
  erasures: readonly Erasure[],
): Promise<readonly Erasure[]> {
  return database.transaction<readonly Erasure[], EngineTables>(async (tx) => {
    // In one order, so that two that forget the same persons do not wait for each other in a circle.
    const ordered = erasures.toSorted((a, b) => (a.org + a.person < b.org + b.person ? -1 : 1))
    const added = await addErasures(tx, ordered)
    for (const [org, theirs] of Map.groupBy(ordered, (erasure) => erasure.org)) {
      // Those recorded before too: a keeper of keys elsewhere may have been restored from a backup of its own.
      const people = [...new Set(theirs.map(({ person }) => person))]
      // Whoever has no master key can still destroy what it wraps.
      await (keys === undefined ? destroyPersonKeys(tx, org, people) : keys.destroy(org, people, tx))
    }
    return added
  })
}

/** Every erasure, page by page. */
export async function* everyErasure({ database }: ForgetGround): AsyncGenerator<Erasure> {
  let page: readonly Erasure[] = []
  do {
    page = await listErasures(database.kysely<EngineTables>(), page.at(-1), PAGE)
    yield* page
  } while (page.length === PAGE)
}

/** Applies erasures recorded elsewhere. Answers how many this database did not know. */
export async function reapplyErasures(
  ground: ForgetGround,
  erasures: Iterable<Erasure> | AsyncIterable<Erasure>,
): Promise<number> {
  let added = 0
  let page = new Map<string, Erasure>()
  const apply = async (): Promise<void> => {
    if (page.size > 0) added += (await forgetPeople(ground, [...page.values()])).length
    page = new Map()
  }
  for await (const { org, person, at } of erasures) {
    checkErasure(org, person, at)
    page.set(`${org}\u001f${person}`, { org, person, at })
    if (page.size === PAGE) await apply()
  }
  await apply()
  return added
}

function checkErasure(org: string, person: string, at: number): void {
  checkWord('organisation', org)
  checkWord('person', person)
  if (!Number.isSafeInteger(at))
    throw new EngineError(
      'PAYLOAD_INVALID',
      `the erasure of ${person} in ${org} has no instant: give \`at\` in milliseconds UTC`,
    )
}
