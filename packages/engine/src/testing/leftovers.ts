import { DatabaseSync } from 'node:sqlite'
import type { Client } from 'pg'
import type { DatabaseSource, PostgresSource } from '../store/database.ts'

/** What engines have left in a store and at its server. */
export interface Leftovers {
  /** How many workers are registered. */
  readonly workers: number
  /** How many connections of engines the server sees. */
  readonly connections: number
}

const WORKERS = 'select count(*) as workers from engine_worker'
const CONNECTIONS =
  "select count(*) as connections from pg_stat_activity where datname = current_database() and application_name like 'regie%'"

/** Looks at it from outside, so that the look leaves nothing itself. */
export async function readLeftovers(source: DatabaseSource): Promise<Leftovers> {
  if (source.kind === 'postgres') {
    const onlooker = await lookOn(source)
    const workers = await onlooker.query(WORKERS)
    const connections = await onlooker.query(CONNECTIONS)
    return { workers: Number(workers.rows[0]?.workers), connections: Number(connections.rows[0]?.connections) }
  }
  const database = new DatabaseSync(source.path, { readOnly: true })
  try {
    return { workers: Number(database.prepare(WORKERS).get()?.workers), connections: 0 }
  } finally {
    database.close()
  }
}

const onlookers = new Map<string, Promise<Client>>()

/** One connection for all looks at a database: a server takes longer to open one than most tests last. */
export function lookOn(source: PostgresSource): Promise<Client> {
  const { url, schema } = source
  const place = `${url}#${schema ?? ''}`
  const known = onlookers.get(place) ?? connect(source)
  onlookers.set(place, known)
  return known
}

async function connect({ url, schema }: PostgresSource): Promise<Client> {
  const { default: pg } = await import('pg')
  const stream = new (await import('node:net')).Socket()
  // It lives as long as its process, and keeps it from nothing.
  stream.unref()
  const client = new pg.Client({
    connectionString: url,
    application_name: 'onlooker',
    stream: () => stream,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
  })
  client.on('error', () => {})
  await client.connect()
  return client
}
