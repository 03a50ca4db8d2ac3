/** The engine's tables on SQLite. Why they look like this: docs/decisions/0003-engine-tables.md. */
export const SQLITE_0001: readonly string[] = [
  `CREATE TABLE engine_body (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL, queue TEXT NOT NULL, priority INTEGER NOT NULL, vtime INTEGER NOT NULL,
    job TEXT NOT NULL, payload TEXT NOT NULL, options TEXT, created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE engine_ready (
    queue TEXT NOT NULL, priority INTEGER NOT NULL, vtime INTEGER NOT NULL, id INTEGER NOT NULL, attempt INTEGER NOT NULL,
    PRIMARY KEY (queue, priority, vtime, id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_timer (
    due INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, attempt INTEGER NOT NULL, PRIMARY KEY (due, id, kind)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX engine_timer_id ON engine_timer (id)',
  `CREATE TABLE engine_blocked (
    gate TEXT NOT NULL, priority INTEGER NOT NULL, vtime INTEGER NOT NULL, id INTEGER NOT NULL, attempt INTEGER NOT NULL,
    PRIMARY KEY (gate, priority, vtime, id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX engine_blocked_id ON engine_blocked (id)',
  `CREATE TABLE engine_worker (
    epoch INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, queues TEXT NOT NULL, started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE engine_lease (
    id INTEGER PRIMARY KEY, worker INTEGER NOT NULL, queue TEXT NOT NULL, claimed_at INTEGER NOT NULL, ids TEXT NOT NULL,
    attempts TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX engine_lease_worker ON engine_lease (worker)',
  `CREATE TABLE engine_done (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
    result TEXT, error TEXT, fingerprint TEXT
  ) STRICT`,
  `CREATE INDEX engine_done_trouble ON engine_done (state, id) WHERE state <> 'succeeded'`,
  `CREATE TABLE engine_attempt (
    run INTEGER NOT NULL, ended_at INTEGER NOT NULL, attempt INTEGER NOT NULL, started_at INTEGER NOT NULL, error TEXT NOT NULL,
    PRIMARY KEY (run, ended_at, attempt)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_progress (
    run INTEGER PRIMARY KEY, percent REAL NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT`,
  'CREATE TABLE engine_tag (tag TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (tag, run)) STRICT, WITHOUT ROWID',
  'CREATE INDEX engine_tag_run ON engine_tag (run)',
  'CREATE TABLE engine_unique (key TEXT PRIMARY KEY, run INTEGER NOT NULL, until INTEGER) STRICT, WITHOUT ROWID',
  `CREATE TABLE engine_gate (
    key TEXT PRIMARY KEY, slots INTEGER, arrival REAL NOT NULL, started REAL NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID`,
  'CREATE TABLE engine_hold (run INTEGER NOT NULL, key TEXT NOT NULL, starts_at INTEGER, PRIMARY KEY (run, key)) STRICT, WITHOUT ROWID',
  'CREATE INDEX engine_hold_key ON engine_hold (key)',
  'CREATE INDEX engine_unique_run ON engine_unique (run)',
  'CREATE INDEX engine_unique_until ON engine_unique (until) WHERE until IS NOT NULL',
  'CREATE TABLE engine_cancel (run INTEGER PRIMARY KEY, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  `CREATE TABLE engine_batch (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL, total INTEGER NOT NULL, pending INTEGER NOT NULL, failed INTEGER NOT NULL,
    callback TEXT, callback_run INTEGER, created_at INTEGER NOT NULL, finished_at INTEGER
  ) STRICT`,
  `CREATE TABLE engine_queue (
    name TEXT PRIMARY KEY, paused_at INTEGER, reason TEXT, vtime INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_share (
    queue TEXT NOT NULL, org TEXT NOT NULL, finish INTEGER NOT NULL, PRIMARY KEY (queue, org)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_schedule (
    name TEXT PRIMARY KEY, org TEXT NOT NULL, job TEXT NOT NULL, spec TEXT NOT NULL, payload TEXT NOT NULL, declared INTEGER NOT NULL,
    paused_at INTEGER, next_slot INTEGER, last_slot INTEGER, last_run INTEGER, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX engine_schedule_next ON engine_schedule (next_slot)',
  `CREATE TABLE engine_slot (
    schedule TEXT NOT NULL, slot INTEGER NOT NULL, outcome TEXT NOT NULL, run INTEGER, handled_at INTEGER NOT NULL,
    PRIMARY KEY (schedule, slot)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE engine_estimate (
    job TEXT PRIMARY KEY, runs INTEGER NOT NULL, mean_ms REAL NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE TABLE engine_blob (run INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT',
  'CREATE INDEX engine_slot_handled ON engine_slot (handled_at)',
  'CREATE INDEX engine_batch_finished ON engine_batch (finished_at) WHERE finished_at IS NOT NULL',
]
