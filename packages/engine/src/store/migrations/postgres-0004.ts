/** Projections on PostgreSQL. Why they look like this: docs/decisions/0006-projections.md. */
export const POSTGRES_0004: readonly string[] = [
  `CREATE TABLE engine_projection (
    name TEXT COLLATE "C" PRIMARY KEY, mode TEXT COLLATE "C" NOT NULL, events TEXT NOT NULL, serving INTEGER, version INTEGER,
    next INTEGER NOT NULL
  )`,
  `CREATE TABLE engine_projection_generation (
    projection TEXT COLLATE "C" NOT NULL, generation INTEGER NOT NULL, version INTEGER NOT NULL, tables TEXT NOT NULL,
    tx BIGINT NOT NULL, position BIGINT NOT NULL, owner BIGINT, tries INTEGER NOT NULL, error TEXT, failed_at BIGINT, retry_at BIGINT,
    stopped_at BIGINT, created_at BIGINT NOT NULL, moved_at BIGINT NOT NULL, PRIMARY KEY (projection, generation)
  )`,
  'CREATE TABLE engine_projection_stale (projection TEXT COLLATE "C" PRIMARY KEY, at BIGINT NOT NULL)',
]
