import {
  createEngine,
  type Database,
  type DatabaseSource,
  type Engine,
  event,
  job,
  projection,
  reaction,
  type StepContext,
  schedule,
  signal,
  workflow,
} from '@regie/engine'
import { type FakeClock, fakeClock } from '@regie/engine/testing'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Way } from './injector.ts'

/** A store that fails when told to. */
export interface FaultStore {
  readonly name: string
  readonly ways: readonly Way[]
  prepare(): Promise<void>
  /** Opens it empty, but for the tables. */
  open(): Promise<{ readonly source: DatabaseSource; readonly database: Database }>
  close(): Promise<void>
}

const Input = z.object({ name: z.string() })

/** What the operations enqueue. Handlers succeed, unless their name says otherwise. */
export const plain = job({ name: 'plain', input: Input, run: (_, { name }) => name })
export const unique = job({ name: 'unique', input: Input, unique: { key: ({ name }) => name }, run: () => {} })
export const debounced = job({ name: 'debounced', input: Input, debounce: { wait: '1s' }, run: () => {} })
export const dated = job({ name: 'dated', input: Input, expires: '1h', deadline: '2h', run: () => {} })
export const limited = job({
  name: 'limited',
  input: Input,
  limits: [{ key: 'one', concurrency: 1, rate: '1000/1s' }],
  run: () => {},
})
export const after = job({ name: 'after', input: Input, run: () => {} })
export const stubborn = job({
  name: 'stubborn',
  input: Input,
  retry: { attempts: 4, base: '100ms' },
  run({ run: { attempt } }) {
    if (attempt < 2) throw new Error('not at the first attempt')
  },
})
export const completing = job({
  name: 'completing',
  input: Input,
  retry: { attempts: 4, base: '100ms' },
  run: (context, { name }) =>
    context.complete(async (tx) => {
      await addEffect(tx, name)
      await tx.enqueue(after, { name: 'child' })
    }),
})
export const hopeless = job({
  name: 'hopeless',
  input: Input,
  retry: { attempts: 1 },
  run() {
    throw new Error('always')
  },
})

const Saga = z.object({ name: z.string(), fails: z.boolean() })

const go = signal({ name: 'go', payload: z.object({ to: z.string() }) })

/** Books two things, one after the other in one commit with its row, then calls, sleeps and tells; undoes all when it fails. */
export const saga = workflow({
  name: 'saga',
  input: Saga,
  signals: [go],
  async run(wf, { name, fails }): Promise<string> {
    const undo = (step: string) => ({
      undo: (_: unknown, context: StepContext) => context.transaction((tx) => addEffect(tx, `undo ${step}`)),
    })
    await wf.step(
      'first',
      (context) => context.complete((tx) => addEffect(tx, 'first').then(() => 'booked')),
      undo('first'),
    )
    await wf.step('second', () => 'booked', { ...undo('second'), retry: { base: '100ms' } })
    await wf.call(plain, { name: 'called' })
    await wf.sleep('2s')
    await wf.signal(go, { to: name }, { key: name })
    const got = await wf.wait(go, { key: name })
    if (fails) throw new Error('as told')
    return got?.to ?? 'nothing'
  },
})

/** Something was added; read models count it, and a job follows it. */
export const added = event({ name: 'added', data: z.object({ name: z.string() }) })

interface CountTables {
  counted: { position: number; name: string }
}

const counting = (mode: 'inline' | 'async') =>
  projection<CountTables, readonly [typeof added]>({
    name: `counted-${mode}`,
    version: 1,
    mode,
    events: [added],
    tables: [`counted_${mode}`],
    create: (db) =>
      db.schema
        .createTable(`counted_${mode}`)
        .addColumn('position', 'bigint', (column) => column.primaryKey())
        .addColumn('name', 'text')
        .execute(),
    async apply(tx, events) {
      for (const { position, data } of events)
        await sql`insert into ${sql.table(tx.table(`counted_${mode}`))} (position, name) values (${position}, ${data.name})`.execute(
          tx.db,
        )
    },
  })

const following = reaction({ name: 'follow', events: [added], job: after, input: ({ data: { name } }) => ({ name }) })

/** What readers of the projections see: the names, in order. */
export async function readCounted(
  { engine: { database } }: Scene,
  mode: 'inline' | 'async',
): Promise<readonly string[]> {
  const { rows } = await sql<{
    name: string
  }>`select name from ${sql.table(`counted_${mode}`)} order by position`.execute(database.kysely())
  return rows.map(({ name }) => name)
}

const JOBS = [saga, plain, unique, debounced, dated, limited, after, stubborn, completing, hopeless]
const SCHEDULES = [schedule({ name: 'hourly', every: '1h', jitter: '0s', job: plain, input: { name: 'slot' } })]

/** One engine on one store, with a clock that stands still until it is moved. */
export interface Scene extends AsyncDisposable {
  readonly engine: Engine
  readonly clock: FakeClock
}

/** Opens a fresh store with an engine that is not started. */
export async function openScene(store: FaultStore): Promise<Scene> {
  const clock = fakeClock()
  const { database } = await store.open()
  const engine = await createEngine({
    database,
    clock,
    jobs: JOBS,
    schedules: SCHEDULES,
    queues: { idle: {} },
    events: [added],
    projections: [counting('inline'), counting('async')],
    reactions: [following],
    stopMs: 1_000,
  })
  await engine.start({ roles: ['api'] })
  await sql`create table effect (name text not null)`.execute(database.kysely())
  return {
    engine,
    clock,
    async [Symbol.asyncDispose]() {
      await engine.stop()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Makes the engine's tables and lets go of the database. */
export async function migrateEngine(database: Database): Promise<void> {
  const engine = await createEngine({ database, jobs: [] })
  await engine.migrate()
  await engine.stop()
  await database[Symbol.asyncDispose]()
}

/** Writes a caller's row in his transaction. */
export async function addEffect(
  { db }: { readonly db: Parameters<ReturnType<typeof sql>['execute']>[0] },
  name: string,
): Promise<void> {
  await sql`insert into effect (name) values (${name})`.execute(db)
}

/** The rows callers have committed. */
export async function readEffects({ engine: { database } }: Scene): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from effect order by name`.execute(database.kysely())
  return rows.map(({ name }) => name)
}

// Numbers that differ from one try to the next say nothing about what is there.
const NUMBERS = new Set(['id', 'run', 'callback_run', 'ids', 'worker', 'last_run', 'child', 'position', 'tx'])
const UNCOUNTED = new Set(['engine_worker', 'engine_estimate', 'engine_share', 'engine_gate'])

/** Everything that is stored, without the numbers: equal texts are equal states. */
export async function dump({ engine: { database } }: Scene): Promise<string> {
  const db = database.kysely()
  const { rows } = await sql<{
    name: string
    row: string
  }>`${sql.join(await rowsOfAll(database), sql` union all `)}`.execute(db)
  const texts = rows.map(({ name, row }) => `${name} ${JSON.stringify(JSON.parse(row), withoutNumbers)}`).toSorted()
  return texts
    .join('\n')
    .replaceAll(/(\\*"(?:b|cb|p)\\*":)\d+/g, '$10')
    .replaceAll(/event:\d+/g, 'event:#')
}

/** A query for each table: its name, and each row as JSON. */
async function rowsOfAll({ dialect, kysely }: Database) {
  const db = kysely()
  const columns = await (dialect === 'sqlite'
    ? sql<Column>`select m.name, p.name as "column" from sqlite_master m, pragma_table_info(m.name) p where m.type = 'table' order by m.name, p.cid`
    : sql<Column>`select table_name as name, column_name as "column" from information_schema.columns where table_schema = current_schema() order by 1, ordinal_position`
  ).execute(db)
  const tables = Map.groupBy(
    columns.rows.filter(({ name }) => (name.startsWith('engine_') || name === 'effect') && !UNCOUNTED.has(name)),
    ({ name }) => name,
  )
  const object = sql.raw(dialect === 'sqlite' ? 'json_object' : 'json_build_object')
  return [...tables].map(([name, own]) => {
    const pairs = own.map(({ column }) => sql`${sql.lit(column)}, ${sql.ref(column)}`)
    return sql`select ${sql.lit(name)} as name, ${dialect === 'sqlite' ? sql`${object}(${sql.join(pairs)})` : sql`${object}(${sql.join(pairs)})::text`} as "row" from ${sql.table(name)}`
  })
}

interface Column {
  readonly name: string
  readonly column: string
}

// A trace is drawn at random.
const TRACE = /"tr":"[0-9a-f]{32}"/g

function withoutNumbers(key: string, value: unknown): unknown {
  if (key === 'options' && typeof value === 'string') return value.replace(TRACE, '"tr":"#"')
  return NUMBERS.has(key) && value !== null ? '#' : value
}
