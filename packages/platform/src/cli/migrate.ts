import { type MigrationSet, type MigrationStatus, migrateDown, migrationStatus } from '@regie/engine'
import type { Platform } from '../app/platform.ts'
import { codeOf } from '../audit/log.ts'
import { platformMigrations } from '../migrations/index.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { operatorOf } from './operator.ts'
import { flag, whole } from './option.ts'
import { migrationsOf, type Session } from './session.ts'
import type { Screen, Tone } from './style.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

/** The migration that makes the audit log. */
const LOG = '0020-audit'

const TONES: Readonly<Record<MigrationStatus['state'], Tone | undefined>> = {
  applied: 'good',
  pending: 'odd',
  changed: 'bad',
  unknown: 'odd',
}

/** `regie migrate up` */
export const migrateUp = command({
  name: 'migrate up',
  summary: 'Bring all tables up to date; start does it too',
  async run({ session }) {
    const platform = await session.open({ create: true, behind: true })
    const pending = pendingIn(await migrationsOf(platform))
    const failure: unknown = await platform.migrate().then(
      () => undefined,
      (error: unknown) => error,
    )
    const left = new Set(pendingIn(await migrationsOf(platform)).map(nameOf))
    const applied = pending.filter((one) => !left.has(nameOf(one)))
    // Not with the change, but after: the log's own tables may be among them.
    const entry = {
      ...entryOf(session, platform, 'migrate.up'),
      after: { applied, ...(failure !== undefined && { failed: codeOf(failure) }) },
    }
    if (applied.length > 0 && (await newestOfLog(platform)) !== undefined) await platform.audit.record(undefined, entry)
    if (failure !== undefined) throw failure
    const lines = applied.map(({ owner, name }) => `✓ ${owner}/${name}\n`).join('')
    return { json: { applied }, text: () => (applied.length === 0 ? 'All tables are up to date.\n' : lines) }
  },
})

/** `regie migrate down` */
export const migrateBack = command({
  name: 'migrate down',
  summary: 'Undo the latest migrations of an owner, with the rows they hold',
  about:
    'Make a backup first, and stop every process. The tables of the engine have no way down: restore a backup instead.',
  parameters: { owner: { about: 'platform or an app, see migrate status' } },
  options: {
    count: whole('How many', { min: 1, max: 100, fallback: 1 }),
    yes: flag('Do not ask'),
  },
  examples: ['migrate down quotes --yes'],
  async run({ words, options, session }) {
    const platform = await session.open({ behind: true })
    const set = findSet(platform.migrationSets, words.owner)
    const refused = await ask(
      session,
      options.yes,
      `undo the latest ${options.count} of ${set.owner}, and lose what is in its tables?`,
    )
    if (refused !== undefined) return { json: { undone: [] }, text: () => refused, exit: EXIT.refused }
    const entry = {
      ...entryOf(session, platform, 'migrate.down'),
      after: { owner: set.owner, count: options.count },
    }
    const undo = () => migrateDown(platform.database, set, options.count)
    const newest = await newestOfLog(platform)
    // Nothing tells of the end of the log itself.
    const isTold = newest !== undefined && !(set.owner === 'platform' && newest === LOG)
    const undone = isTold
      ? await platform.audit.accompany(entry, undo, { succeeded: ({ length }) => length > 0 })
      : await undo()
    const lines = undone.map((name) => `✓ undone ${set.owner}/${name}\n`).join('')
    return {
      json: { undone: undone.map((name) => ({ owner: set.owner, name })) },
      text: () => (undone.length === 0 ? `Nothing of ${set.owner} is applied.\n` : lines),
    }
  },
})

/** `regie migrate status` */
export const migrateStatus = command({
  name: 'migrate status',
  summary: 'List migrations and whether this database has them',
  async run({ session }) {
    const migrations = await migrationsOf(await session.open({ behind: true }))
    const bad = migrations.some(({ state }) => state === 'changed')
    return {
      json: { items: migrations },
      text: (screen) => statusText(screen, migrations),
      exit: bad ? EXIT.failed : EXIT.ok,
    }
  },
})

function pendingIn(migrations: readonly MigrationStatus[]) {
  return migrations.filter(({ state }) => state === 'pending').map(({ owner, name }) => ({ owner, name }))
}

function nameOf({ owner, name }: Pick<MigrationStatus, 'owner' | 'name'>): string {
  return `${owner}/${name}`
}

function entryOf(session: Session, { config }: Platform, action: string) {
  return { org: config.org.id, actor: operatorOf(session), action }
}

/** The newest migration of the platform that is applied, when the log's tables are; undefined without them. */
async function newestOfLog({ database }: Platform): Promise<string | undefined> {
  const all = await migrationStatus(database, [platformMigrations])
  const applied = all.filter(({ state }) => state === 'applied').map(({ name }) => name)
  return applied.includes(LOG) ? applied.toSorted().at(-1) : undefined
}

function findSet(sets: readonly MigrationSet[], owner: string): MigrationSet {
  const set = sets.find((each) => each.owner === owner)
  if (set !== undefined) return set
  throw usageError(`${owner} has no migrations to undo: choose ${sets.map((each) => each.owner).join(', ')}`)
}

/** Undefined when it may be done; otherwise what to tell. */
async function ask(session: Session, yes: boolean, question: string): Promise<string | undefined> {
  const agreed = yes || (await session.confirm(question))
  if (agreed === true) return undefined
  return agreed === undefined ? `Not done: ${question} Then the same command with --yes\n` : 'Nothing was done.\n'
}

function statusText(screen: Screen, migrations: readonly MigrationStatus[]): string {
  return table<MigrationStatus>(
    screen,
    [
      { title: 'OWNER', value: ({ owner }) => owner },
      { title: 'MIGRATION', value: ({ name }) => name },
      { title: 'STATE', value: ({ state }) => state, tone: ({ state }) => TONES[state] },
      { title: 'APPLIED', value: ({ appliedAt }) => (appliedAt === undefined ? '' : localTime(appliedAt)) },
    ],
    migrations,
  )
}
