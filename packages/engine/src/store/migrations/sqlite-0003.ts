/** Event streams on SQLite. */
export const SQLITE_0003: readonly string[] = [
  `CREATE TABLE engine_stream (
    org TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    closed_at INTEGER, archived_at INTEGER, PRIMARY KEY (org, name)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX engine_stream_closed ON engine_stream (closed_at) WHERE closed_at IS NOT NULL AND archived_at IS NULL`,
  `CREATE TABLE engine_event (
    position INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL,
    type TEXT NOT NULL, type_version INTEGER NOT NULL, data TEXT NOT NULL, meta TEXT, person TEXT, sealed TEXT,
    run INTEGER, at INTEGER NOT NULL
  ) STRICT`,
  'CREATE UNIQUE INDEX engine_event_stream ON engine_event (org, stream, version)',
  `CREATE TABLE engine_snapshot (
    org TEXT NOT NULL, stream TEXT NOT NULL, decider TEXT NOT NULL, state_version INTEGER NOT NULL, version INTEGER NOT NULL,
    state TEXT NOT NULL, PRIMARY KEY (org, stream, decider)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_person_key (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL, person TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (org, person)
  ) STRICT`,
  `CREATE TABLE engine_erasure (
    org TEXT NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (org, person)
  ) STRICT, WITHOUT ROWID`,
]
