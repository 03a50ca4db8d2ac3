/** Event streams on PostgreSQL. `tx` is the transaction's number plus the shift in engine_event_order: see store/postgres/events.ts. */
export const POSTGRES_0003: readonly string[] = [
  `CREATE TABLE engine_stream (
    org TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, closed_at BIGINT, archived_at BIGINT, PRIMARY KEY (org, name)
  )`,
  'CREATE INDEX engine_stream_closed ON engine_stream (closed_at) WHERE closed_at IS NOT NULL AND archived_at IS NULL',
  `CREATE TABLE engine_event (
    tx BIGINT NOT NULL, position BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY, org TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, type TEXT COLLATE "C" NOT NULL, type_version INTEGER NOT NULL,
    data TEXT NOT NULL, meta TEXT, person TEXT COLLATE "C", sealed TEXT, run BIGINT, at BIGINT NOT NULL,
    PRIMARY KEY (tx, position)
  )`,
  'CREATE UNIQUE INDEX engine_event_stream ON engine_event (org, stream, version)',
  'CREATE TABLE engine_event_order (shift BIGINT NOT NULL)',
  `CREATE TABLE engine_snapshot (
    org TEXT COLLATE "C" NOT NULL, stream TEXT COLLATE "C" NOT NULL, decider TEXT COLLATE "C" NOT NULL,
    state_version INTEGER NOT NULL, version BIGINT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (org, stream, decider)
  )`,
  `CREATE TABLE engine_person_key (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, org TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL,
    key TEXT NOT NULL, UNIQUE (org, person)
  )`,
  `CREATE TABLE engine_erasure (
    org TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (org, person)
  )`,
]
