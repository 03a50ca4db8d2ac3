/** Workflows on SQLite. */
export const SQLITE_0002: readonly string[] = [
  `CREATE TABLE engine_workflow (
    run INTEGER PRIMARY KEY, waiting INTEGER NOT NULL DEFAULT 0, wakes INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0, state TEXT, ending TEXT, paused_at INTEGER,
    pause_reason TEXT
  ) STRICT`,
  'CREATE INDEX engine_workflow_waiting ON engine_workflow (run) WHERE waiting = 1',
  `CREATE TABLE engine_step (
    run INTEGER NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
    alone INTEGER NOT NULL, attempt INTEGER NOT NULL, due INTEGER, child INTEGER, started_at INTEGER NOT NULL,
    ended_at INTEGER, result TEXT, error TEXT, PRIMARY KEY (run, name)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_signal (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL,
    sent_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX engine_signal_address ON engine_signal (org, name, key, id)',
  'CREATE INDEX engine_signal_sent ON engine_signal (sent_at)',
  `CREATE TABLE engine_wait (
    org TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, run INTEGER NOT NULL, step TEXT NOT NULL,
    PRIMARY KEY (org, name, key, run, step)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX engine_wait_run ON engine_wait (run)',
]
