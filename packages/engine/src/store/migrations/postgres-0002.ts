/** Workflows on PostgreSQL. */
export const POSTGRES_0002: readonly string[] = [
  `CREATE TABLE engine_workflow (
    run BIGINT PRIMARY KEY, waiting INTEGER NOT NULL DEFAULT 0, wakes INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0, state TEXT, ending TEXT, paused_at BIGINT,
    pause_reason TEXT
  )`,
  'CREATE INDEX engine_workflow_waiting ON engine_workflow (run) WHERE waiting = 1',
  `CREATE TABLE engine_step (
    run BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, seq INTEGER NOT NULL, kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL, alone INTEGER NOT NULL, attempt INTEGER NOT NULL, due BIGINT, child BIGINT,
    started_at BIGINT NOT NULL, ended_at BIGINT, result TEXT, error TEXT, PRIMARY KEY (run, name)
  )`,
  `CREATE TABLE engine_signal (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, org TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL, payload TEXT NOT NULL, sent_at BIGINT NOT NULL
  )`,
  'CREATE INDEX engine_signal_address ON engine_signal (org, name, key, id)',
  'CREATE INDEX engine_signal_sent ON engine_signal (sent_at)',
  `CREATE TABLE engine_wait (
    org TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, run BIGINT NOT NULL,
    step TEXT COLLATE "C" NOT NULL, PRIMARY KEY (org, name, key, run, step)
  )`,
  'CREATE INDEX engine_wait_run ON engine_wait (run)',
]
