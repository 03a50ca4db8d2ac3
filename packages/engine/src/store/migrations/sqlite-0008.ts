/** Why a schedule was paused. */
export const SQLITE_0008: readonly string[] = ['ALTER TABLE engine_schedule ADD COLUMN reason TEXT']
