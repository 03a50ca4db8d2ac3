import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ROWS, seedRow } from './contestant.ts'

/** An item as the peers answer it. */
export interface Item {
  readonly id: string
  readonly name: string
  readonly price: number
  readonly createdAt: number
}

/** The same work as ours, by hand: prepared statements on one file, each change synced before it is answered. */
export interface PeerStore {
  read(id: string): Item | undefined
  list(limit: number): readonly Item[]
  /** A row, an event and a job in one transaction. */
  write(name: string, price: number): Item
  /** A job; answers its id. */
  accept(itemId: string): number
}

const SCHEMA = `
  create table item (org_id text not null, id text not null, name text not null, price integer not null, created_at integer not null, primary key (org_id, id));
  create table event (position integer primary key, stream text not null, type text not null, data text not null, at integer not null);
  create table job (id integer primary key, org_id text not null, name text not null, state text not null, input text not null, created_at integer not null);
  create index job_state on job (state, id);
`

/** Opens a new file in a folder: WAL, and FULL as our default has it. */
export function openPeerStore(folder: string): PeerStore {
  const database = new DatabaseSync(join(folder, 'peer.db'))
  database.exec(`pragma journal_mode = wal; pragma synchronous = full; ${SCHEMA}`)
  const insertItem = database.prepare('insert into item (org_id, id, name, price, created_at) values (?, ?, ?, ?, ?)')
  const insertEvent = database.prepare('insert into event (stream, type, data, at) values (?, ?, ?, ?)')
  const insertJob = database.prepare(
    "insert into job (org_id, name, state, input, created_at) values ('main', 'pack', 'queued', ?, ?)",
  )
  const columns = 'select id, name, price, created_at as createdAt from item where org_id = ?'
  const one = database.prepare(`${columns} and id = ?`)
  const many = database.prepare(`${columns} order by id limit ?`)
  const transaction = <T>(work: () => T): T => {
    database.exec('begin immediate')
    try {
      const value = work()
      database.exec('commit')
      return value
    } catch (error) {
      database.exec('rollback')
      throw error
    }
  }
  transaction(() => {
    for (const row of Array.from({ length: ROWS }, (_, index) => seedRow(index)))
      insertItem.run('main', row.id, row.name, row.price, 0)
  })
  return {
    read: (id) => one.get('main', id) as unknown as Item | undefined,
    list: (limit) => many.all('main', limit) as unknown as readonly Item[],
    write: (name, price) =>
      transaction(() => {
        const now = Date.now()
        const id = randomUUID()
        insertItem.run('main', id, name, price, now)
        insertEvent.run(`item-${id}`, 'item-added', JSON.stringify({ itemId: id, price }), now)
        insertJob.run(JSON.stringify({ itemId: id }), now)
        return { id, name, price, createdAt: now }
      }),
    accept: (itemId) => Number(insertJob.run(JSON.stringify({ itemId }), Date.now()).lastInsertRowid),
  }
}
