import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Migration } from 'kysely/migration'

const CREATED = /create\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?["`]?(\w+)/gi

/** What the names of an app's tables begin with: `quotes_`. */
export function tablePrefix(app: string): string {
  return `${app.replaceAll('-', '_')}_`
}

/** The tables a set of migrations creates, found by running them on a driver that only listens. */
export async function tablesOf(migrations: Readonly<Record<string, Migration>>): Promise<readonly string[]> {
  const statements: string[] = []
  const db = new Kysely<unknown>({
    dialect: {
      createDriver: () => new ListeningDriver(statements),
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  for (const name of Object.keys(migrations).toSorted()) {
    // One that reads rows it expects may throw here; the database will tell what is wrong with it.
    await migrations[name]?.up(db).catch(() => {})
  }
  return [
    ...new Set(statements.flatMap((statement) => [...statement.matchAll(CREATED)].map(([, table = '']) => table))),
  ]
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
