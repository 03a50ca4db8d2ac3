import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, type DatabaseSource, type MigrationSet, openDatabase, type PostgresSource } from '@regie/engine'
import { sql } from 'kysely'
import { backupMigrations } from '../migrations.ts'
import { type Migrate, migrateSets } from '../staging.ts'

/** A scratch place with a store of its own. */
export interface Place extends AsyncDisposable {
  readonly dir: string
  readonly dataDir: string
  readonly backupDir: string
  readonly source: DatabaseSource
}

export const STORES = ['sqlite', 'postgres'] as const

/** An empty store and empty folders, removed at the end. */
export async function makePlace(kind: (typeof STORES)[number]): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'regie-backup-'))
  const dataDir = join(dir, 'data')
  const removeFolders = (): Promise<void> => rm(dir, { recursive: true, force: true })
  const folders = { dir, dataDir, backupDir: join(dir, 'backups') }
  if (kind === 'sqlite') {
    return { ...folders, source: { kind, path: join(dir, 'regie.db') }, [Symbol.asyncDispose]: removeFolders }
  }
  const schema = `t_${dir.slice(-6).toLowerCase()}_${process.pid}`
  const source: PostgresSource = { kind, url: process.env.REGIE_TEST_POSTGRES_URL ?? '', schema, poolSize: 3 }
  await execute(source, `create schema "${schema}"`)
  return {
    ...folders,
    source,
    async [Symbol.asyncDispose]() {
      const names = await schemasOf(source)
      for (const name of names) await execute(source, `drop schema "${name}" cascade`)
      await removeFolders()
    },
  }
}

/** A little shop: keys between tables, an identity, and a table of every kind of value. */
export function shopMigrations(dialect: DatabaseSource['kind']): MigrationSet {
  const sqlite = dialect === 'sqlite'
  const identity = sqlite ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY'
  const statements = [
    `CREATE TABLE shop_payment (id ${identity}, order_id BIGINT NOT NULL REFERENCES shop_order (id), cents BIGINT NOT NULL)`,
    `CREATE TABLE shop_value (id BIGINT PRIMARY KEY, note TEXT, ratio DOUBLE PRECISION, bytes ${sqlite ? 'BLOB' : 'BYTEA'})`,
  ]
  return {
    owner: 'shop',
    migrations: {
      '0001': {
        async up(db) {
          await sql.raw(`CREATE TABLE shop_order (id ${identity}, client TEXT NOT NULL)`).execute(db)
          for (const statement of statements) await sql.raw(statement).execute(db)
        },
      },
    },
  }
}

/** What a later version adds: a column that old rows get from their client. */
export function laterShop(dialect: DatabaseSource['kind']): MigrationSet {
  const { owner, migrations } = shopMigrations(dialect)
  return {
    owner,
    migrations: {
      ...migrations,
      '0002': {
        async up(db) {
          await sql.raw('ALTER TABLE shop_order ADD COLUMN label TEXT').execute(db)
          await sql.raw(`UPDATE shop_order SET label = 'for ' || client`).execute(db)
        },
      },
    },
  }
}

/** As a product migrates: the engine, the platform, and these sets. */
export function migrateWith(...sets: readonly MigrationSet[]): Migrate {
  return migrateSets([{ owner: 'platform', migrations: backupMigrations }, ...sets])
}

/** A migrated shop with `orders` orders, each with a payment, and values that are easily spoilt on the way. */
export async function fillShop(source: DatabaseSource, orders = 50): Promise<void> {
  await using database = await openDatabase(source)
  await migrateWith(shopMigrations(source.kind))(database)
  for (let order = 1; order <= orders; order++) await placeOrder(database, `client ${order}`)
  const bytes = source.kind === 'sqlite' ? sql.raw("x'00ff10'") : sql.raw(`'\\x00ff10'`)
  const odd = 'é\n\u2028"quoted" \\back\ttab 😀'
  await sql`INSERT INTO shop_value (id, note, ratio, bytes) VALUES
    (1, ${odd}, 0.1, ${bytes}), (9007199254740991, '', 1e-300, NULL), (-3, NULL, NULL, NULL)`.execute(database.kysely())
}

/** One order and its payment in one transaction: a consistent moment has as many of both. */
export async function placeOrder(database: Database, client: string): Promise<void> {
  await database.transaction(async (tx) => {
    await sql`INSERT INTO shop_order (client) VALUES (${client})`.execute(tx)
    await sql`INSERT INTO shop_payment (order_id, cents) SELECT max(id), 995 FROM shop_order`.execute(tx)
  })
}

/** Everything in the shop, as plain values. */
export async function readShop(source: DatabaseSource) {
  await using database = await openDatabase(source)
  const db = database.kysely()
  const values = source.kind === 'sqlite' ? sql.raw('hex(bytes)') : sql.raw("upper(coalesce(encode(bytes, 'hex'), ''))")
  return {
    orders: (await sql<{ readonly id: number }>`SELECT * FROM shop_order ORDER BY id`.execute(db)).rows,
    payments: (await sql<{ readonly id: number }>`SELECT * FROM shop_payment ORDER BY id`.execute(db)).rows,
    values: (await sql`SELECT id, note, ratio, ${values} AS bytes FROM shop_value ORDER BY id`.execute(db)).rows,
    migrations: (await sql`SELECT * FROM regie_migration ORDER BY owner, name`.execute(db)).rows,
  }
}

/** One statement on a connection of its own. */
export async function execute(source: DatabaseSource, statement: string): Promise<readonly unknown[]> {
  const open =
    source.kind === 'postgres'
      ? {
          kind: source.kind,
          url: source.url,
          poolSize: 1,
          ...(source.schema === undefined ? {} : { schema: source.schema }),
        }
      : source
  await using database = await openDatabase(open)
  return (await sql.raw(statement).execute(database.kysely())).rows
}

/** The schema of a place and those that restores made from it. */
export async function schemasOf(source: PostgresSource): Promise<readonly string[]> {
  const rows = await execute(
    source,
    `select nspname::text as name from pg_namespace where starts_with(nspname, '${source.schema}') order by 1`,
  )
  return rows.map((row) => String((row as { readonly name: string }).name))
}
