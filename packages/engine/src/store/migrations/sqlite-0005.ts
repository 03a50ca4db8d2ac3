/** What workers tell of themselves, how they are drained, and the input of attempts whose run has another one now. */
export const SQLITE_0005: readonly string[] = [
  'ALTER TABLE engine_worker ADD COLUMN draining_at INTEGER',
  'ALTER TABLE engine_worker ADD COLUMN vitals TEXT',
  'ALTER TABLE engine_attempt ADD COLUMN input TEXT',
]
