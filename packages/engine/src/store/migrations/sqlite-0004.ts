/** Projections on SQLite. Why they look like this: docs/decisions/0006-projections.md. */
export const SQLITE_0004: readonly string[] = [
  `CREATE TABLE engine_projection (
    name TEXT PRIMARY KEY, mode TEXT NOT NULL, events TEXT NOT NULL, serving INTEGER, version INTEGER, next INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_projection_generation (
    projection TEXT NOT NULL, generation INTEGER NOT NULL, version INTEGER NOT NULL, tables TEXT NOT NULL,
    tx INTEGER NOT NULL, position INTEGER NOT NULL, owner INTEGER, tries INTEGER NOT NULL, error TEXT, failed_at INTEGER, retry_at INTEGER,
    stopped_at INTEGER, created_at INTEGER NOT NULL, moved_at INTEGER NOT NULL, PRIMARY KEY (projection, generation)
  ) STRICT, WITHOUT ROWID`,
  'CREATE TABLE engine_projection_stale (projection TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID',
]
