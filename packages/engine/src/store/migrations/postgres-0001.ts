/** The engine's tables on PostgreSQL. Why they look like this: docs/decisions/0003-engine-tables.md. */
export const POSTGRES_0001: readonly string[] = [
  'CREATE SEQUENCE engine_run_id',
  `CREATE TABLE engine_body (
    id BIGINT PRIMARY KEY, org TEXT COLLATE "C" NOT NULL, queue TEXT COLLATE "C" NOT NULL, priority INTEGER NOT NULL, vtime BIGINT NOT NULL,
    job TEXT COLLATE "C" NOT NULL, payload TEXT NOT NULL, options TEXT, created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE engine_ready (
    queue TEXT COLLATE "C" NOT NULL, priority INTEGER NOT NULL, vtime BIGINT NOT NULL, id BIGINT NOT NULL, attempt INTEGER NOT NULL,
    PRIMARY KEY (queue, priority, vtime, id)
  )`,
  `CREATE TABLE engine_timer (
    due BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, attempt INTEGER NOT NULL, PRIMARY KEY (due, id, kind)
  )`,
  'CREATE INDEX engine_timer_id ON engine_timer (id)',
  `CREATE TABLE engine_blocked (
    gate TEXT COLLATE "C" NOT NULL, priority INTEGER NOT NULL, vtime BIGINT NOT NULL, id BIGINT NOT NULL, attempt INTEGER NOT NULL,
    PRIMARY KEY (gate, priority, vtime, id)
  )`,
  'CREATE INDEX engine_blocked_id ON engine_blocked (id)',
  `CREATE TABLE engine_worker (
    epoch BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name TEXT COLLATE "C" NOT NULL, queues TEXT NOT NULL, started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL
  )`,
  `CREATE TABLE engine_lease (
    id BIGINT PRIMARY KEY, worker BIGINT NOT NULL, queue TEXT COLLATE "C" NOT NULL, claimed_at BIGINT NOT NULL, ids BIGINT[] NOT NULL,
    attempts INTEGER[] NOT NULL
  )`,
  'CREATE INDEX engine_lease_worker ON engine_lease (worker)',
  `CREATE TABLE engine_done (
    id BIGINT PRIMARY KEY, state TEXT COLLATE "C" NOT NULL, attempt INTEGER NOT NULL, at BIGINT NOT NULL, duration_ms BIGINT NOT NULL,
    result TEXT, error TEXT, fingerprint TEXT
  )`,
  `CREATE INDEX engine_done_trouble ON engine_done (state, id) WHERE state <> 'succeeded'`,
  `CREATE TABLE engine_attempt (
    run BIGINT NOT NULL, ended_at BIGINT NOT NULL, attempt INTEGER NOT NULL, started_at BIGINT NOT NULL, error TEXT NOT NULL,
    PRIMARY KEY (run, ended_at, attempt)
  )`,
  `CREATE TABLE engine_progress (
    run BIGINT PRIMARY KEY, percent DOUBLE PRECISION NOT NULL, message TEXT NOT NULL, at BIGINT NOT NULL
  )`,
  'CREATE TABLE engine_tag (tag TEXT COLLATE "C" NOT NULL, run BIGINT NOT NULL, PRIMARY KEY (tag, run))',
  'CREATE INDEX engine_tag_run ON engine_tag (run)',
  'CREATE TABLE engine_unique (key TEXT COLLATE "C" PRIMARY KEY, run BIGINT NOT NULL, until BIGINT)',
  `CREATE TABLE engine_gate (
    key TEXT COLLATE "C" PRIMARY KEY, slots INTEGER, arrival DOUBLE PRECISION NOT NULL, started DOUBLE PRECISION NOT NULL DEFAULT 0
  )`,
  'CREATE TABLE engine_hold (run BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, starts_at BIGINT, PRIMARY KEY (run, key))',
  'CREATE INDEX engine_hold_key ON engine_hold (key)',
  'CREATE INDEX engine_unique_run ON engine_unique (run)',
  'CREATE INDEX engine_unique_until ON engine_unique (until) WHERE until IS NOT NULL',
  'CREATE TABLE engine_cancel (run BIGINT PRIMARY KEY, reason TEXT NOT NULL, at BIGINT NOT NULL)',
  `CREATE TABLE engine_batch (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, org TEXT COLLATE "C" NOT NULL, total INTEGER NOT NULL, pending INTEGER NOT NULL, failed INTEGER NOT NULL,
    callback TEXT, callback_run BIGINT, created_at BIGINT NOT NULL, finished_at BIGINT
  )`,
  `CREATE TABLE engine_queue (
    name TEXT COLLATE "C" PRIMARY KEY, paused_at BIGINT, reason TEXT, vtime BIGINT NOT NULL DEFAULT 0
  )`,
  `CREATE TABLE engine_share (
    queue TEXT COLLATE "C" NOT NULL, org TEXT COLLATE "C" NOT NULL, finish BIGINT NOT NULL, PRIMARY KEY (queue, org)
  )`,
  `CREATE TABLE engine_schedule (
    name TEXT COLLATE "C" PRIMARY KEY, org TEXT COLLATE "C" NOT NULL, job TEXT COLLATE "C" NOT NULL, spec TEXT NOT NULL, payload TEXT NOT NULL, declared INTEGER NOT NULL,
    paused_at BIGINT, next_slot BIGINT, last_slot BIGINT, last_run BIGINT, created_at BIGINT NOT NULL
  )`,
  'CREATE INDEX engine_schedule_next ON engine_schedule (next_slot)',
  `CREATE TABLE engine_slot (
    schedule TEXT COLLATE "C" NOT NULL, slot BIGINT NOT NULL, outcome TEXT NOT NULL, run BIGINT, handled_at BIGINT NOT NULL,
    PRIMARY KEY (schedule, slot)
  )`,
  `CREATE TABLE engine_estimate (
    job TEXT COLLATE "C" PRIMARY KEY, runs INTEGER NOT NULL, mean_ms DOUBLE PRECISION NOT NULL, updated_at BIGINT NOT NULL
  )`,
  'CREATE TABLE engine_blob (run BIGINT PRIMARY KEY, content TEXT NOT NULL)',
  'CREATE INDEX engine_slot_handled ON engine_slot (handled_at)',
  'CREATE INDEX engine_batch_finished ON engine_batch (finished_at) WHERE finished_at IS NOT NULL',
]
