import {
  type Database,
  type Logger,
  type MigrationSet,
  type MigrationStatus,
  migrate,
  migrationStatus,
} from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { platformMigrations } from '../migrations/index.ts'

/** Owner and name, as people read it. */
export function migrationNames(migrations: readonly MigrationStatus[]): string {
  return migrations.map(({ owner, name }) => `${owner}/${name}`).join(', ')
}

/**
 * New migrations of apps that sort before one which is applied, each as a sentence that says how to name it: a database made
 * from nothing would get them in another order than this one. Those of the platform and the engine are numbered by feature,
 * and proved to go onto databases of every version.
 */
export function misplaced(all: readonly MigrationStatus[]): readonly string[] {
  return all
    .filter(({ owner, state }) => state === 'pending' && owner !== platformMigrations.owner && owner !== 'engine')
    .flatMap(({ owner, name }) => {
      const applied = all.filter((each) => each.owner === owner && each.state !== 'pending')
      const last =
        applied
          .map((each) => each.name)
          .toSorted()
          .at(-1) ?? ''
      if (name > last) return []
      return [`${owner}/${name} is new and sorts before ${last}, which is applied: name it ${nameAfter(last, name)}`]
    })
}

/** Throws `MIGRATION_MISPLACED` with all of them. */
export function refuseMisplaced(all: readonly MigrationStatus[]): void {
  const found = misplaced(all)
  if (found.length > 0) throw new PlatformError('MIGRATION_MISPLACED', found.join('; '))
}

/** Applies what is pending, and answers what was. Throws `MIGRATION_MISPLACED`; what this code does not know is a warning. */
export async function migrateInOrder(
  database: Database,
  sets: readonly MigrationSet[],
  log: Logger,
): Promise<readonly MigrationStatus[]> {
  const before = await migrationStatus(database, sets)
  refuseMisplaced(before)
  const unknown = before.filter(({ state }) => state === 'unknown')
  // Not refused: an older process may start while a newer one is already rolled out, and works on its tables.
  if (unknown.length > 0)
    log.warn({ migrations: migrationNames(unknown) }, 'the database has migrations that this code does not')
  return migrate(database, sets)
}

/** `0004-prices` after `0003-lines`. */
function nameAfter(last: string, name: string): string {
  const [, digits = ''] = /^(\d+)/.exec(last) ?? []
  const number = String(Number(digits) + 1).padStart(digits.length, '0')
  return digits === '' ? 'so that it sorts after it' : `${number}-${name.replace(/^\d+-?/, '')}`
}
