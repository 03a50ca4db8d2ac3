export { type CancelTimer, type Clock, systemClock } from './clock.ts'
export type { BatchEnqueued, EngineTransaction, Enqueue, EnqueueOptions, JobContext } from './context.ts'
export { type Duration, durationMs } from './duration.ts'
export { createEngine } from './engine.ts'
export type * from './engine-api.ts'
export { ENGINE_ERROR_CODES, EngineError, type EngineErrorCode, isEngineError, type ValidationIssue } from './errors.ts'
export { PermanentError, RetryAfter } from './job/errors.ts'
export {
  type AnyJob,
  type Debounce,
  type ErrorClass,
  type Isolation,
  type Job,
  type JobCall,
  type JobDefinition,
  job,
  type Limit,
  type Priority,
  type Rate,
  type RetryPolicy,
  type Unique,
} from './job/job.ts'
export type { Attempt, Enqueued, Progress, Run, RunDetail, RunState, StoredError } from './job/run.ts'
export { type LogFields, type Logger, silentLogger } from './log.ts'
export { describeSchedule } from './operate/describe-schedule.ts'
export { type Random, systemRandom } from './random.ts'
export type { DescribeLocale } from './schedule/describe-words.ts'
export {
  type Overlap,
  type Schedule,
  type ScheduleDefinition,
  type ScheduleStatus,
  type SlotOutcome,
  type SlotRecord,
  schedule,
} from './schedule/schedule.ts'
export type {
  Database,
  DatabaseSource,
  PostgresSource,
  Row,
  SqlConnection,
  SqliteSource,
  SqlValue,
} from './store/database.ts'
export { type MigrationSet, type MigrationStatus, migrate, migrateDown, migrationStatus } from './store/migrate.ts'
export { engineMigrations } from './store/migrations/index.ts'
export { openDatabase } from './store/open.ts'
