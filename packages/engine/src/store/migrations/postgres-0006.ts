/** What became of the slots of schedules that fire for each organisation: one row for each of them. */
export const POSTGRES_0006: readonly string[] = [
  `CREATE TABLE engine_slot_org (
    schedule TEXT COLLATE "C" NOT NULL, slot BIGINT NOT NULL, org TEXT COLLATE "C" NOT NULL, outcome TEXT COLLATE "C" NOT NULL,
    run BIGINT, handled_at BIGINT NOT NULL, PRIMARY KEY (schedule, slot, org)
  )`,
  'CREATE INDEX engine_slot_org_org ON engine_slot_org (schedule, org, slot)',
  'CREATE INDEX engine_slot_org_handled ON engine_slot_org (handled_at)',
]
