/** What went wrong with each try, as its kind: so that a run that will be tried again is found among what fails. */
export const SQLITE_0007: readonly string[] = [
  'ALTER TABLE engine_attempt ADD COLUMN fingerprint TEXT',
  "CREATE INDEX engine_timer_retry ON engine_timer (id) WHERE kind = 'run' AND attempt > 1",
]
