/** What became of the slots of schedules that fire for each organisation: one row for each of them. */
export const SQLITE_0006: readonly string[] = [
  `CREATE TABLE engine_slot_org (
    schedule TEXT NOT NULL, slot INTEGER NOT NULL, org TEXT NOT NULL, outcome TEXT NOT NULL, run INTEGER,
    handled_at INTEGER NOT NULL, PRIMARY KEY (schedule, slot, org)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX engine_slot_org_org ON engine_slot_org (schedule, org, slot)',
  'CREATE INDEX engine_slot_org_handled ON engine_slot_org (handled_at)',
]
