import type { AnyProjection } from '@regie/engine'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Migration } from 'kysely/migration'

const CREATED = /create\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?["`]?(\w+)["`]?\s*(\(?)/gi
const ADDED = /alter\s+table\s+["`]?(\w+)["`]?\s+add\s+(?:column\s+)?["`]?(\w+)/gi
const RENAMED = /alter\s+table\s+["`]?(\w+)["`]?\s+rename\s+to\s+["`]?(\w+)/gi
const CONSTRAINTS = ['primary', 'foreign', 'unique', 'constraint', 'check', 'exclude', 'like']

/** What the names of an app's tables begin with: `quotes_`. */
export function tablePrefix(app: string): string {
  return `${app.replaceAll('-', '_')}_`
}

/** A table that is created, with its columns as far as its statements name them. */
export interface CreatedTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** What was found by listening. */
export interface FoundTables {
  readonly tables: readonly CreatedTable[]
  /** False when something was not listened to until its end, as it reads rows that are not there: it may make more tables. */
  readonly whole: boolean
}

/** The tables a set of migrations creates, found by running them on a driver that only listens. */
export async function tablesOf(migrations: Readonly<Record<string, Migration>>): Promise<FoundTables> {
  const names = Object.keys(migrations).toSorted()
  return listen(names.map((name) => async (db) => migrations[name]?.up(db)))
}

/** The tables of a projection, found in the same way. */
export async function projectionTables(projection: AnyProjection): Promise<readonly CreatedTable[]> {
  // It asks for the Kysely of its app; this one takes any statement.
  const { tables: found } = await listen([(db) => projection.create(db as never)])
  return projection.tables.map((name) => found.find((table) => table.name === name) ?? { name, columns: [] })
}

async function listen(makers: readonly ((db: Kysely<unknown>) => Promise<void>)[]): Promise<FoundTables> {
  const statements: string[] = []
  const db = new Kysely<unknown>({
    dialect: {
      createDriver: () => new ListeningDriver(statements),
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  // One that reads rows it expects may throw here; the database will tell what is wrong with it.
  let whole = true
  for (const make of makers) await make(db).catch(() => (whole = false))
  const tables = new Map<string, Set<string>>()
  for (const statement of statements) {
    for (const { 0: head, 1: name = '', 2: open, index } of statement.matchAll(CREATED)) {
      const columns = open === '(' ? columnsIn(statement.slice(index + head.length)) : []
      tables.set(name, new Set([...(tables.get(name) ?? []), ...columns]))
    }
    for (const [, name = '', column = ''] of statement.matchAll(ADDED)) tables.get(name)?.add(column)
    for (const [, name = '', other = ''] of statement.matchAll(RENAMED))
      tables.set(other, tables.get(name) ?? new Set())
  }
  return { whole, tables: [...tables].map(([name, columns]) => ({ name, columns: [...columns] })) }
}

/** The first word of each part between the parenthesis that was opened and its end, unless it is a constraint. */
function columnsIn(text: string): readonly string[] {
  const parts: string[] = ['']
  let depth = 1
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (depth === 0) break
    if (character === ',' && depth === 1) parts.push('')
    parts.push(`${parts.pop() ?? ''}${character}`)
  }
  return parts.flatMap((part) => {
    const word = /^[\s,]*["`]?(\w+)/.exec(part)?.[1]?.toLowerCase()
    return word === undefined || CONSTRAINTS.includes(word) ? [] : [word]
  })
}

class ListeningDriver extends DummyDriver {
  readonly #statements: string[]

  constructor(statements: string[]) {
    super()
    this.#statements = statements
  }

  override async acquireConnection(): Promise<Awaited<ReturnType<DummyDriver['acquireConnection']>>> {
    const connection = await super.acquireConnection()
    return {
      executeQuery: (query) => {
        this.#statements.push(query.sql)
        return connection.executeQuery(query)
      },
      streamQuery: connection.streamQuery.bind(connection),
    }
  }
}
