export { type EnqueueArguments, preparedCall } from './call.ts'
export { type CancelTimer, type Clock, systemClock } from './clock.ts'
export type { BatchEnqueued, EngineTransaction, Enqueue, EnqueueOptions, JobContext } from './context.ts'
export { type Duration, durationMs } from './duration.ts'
export { createEngine } from './engine.ts'
export type * from './engine-api.ts'
export {
  ENGINE_ERROR_CODES,
  EngineError,
  type EngineErrorCode,
  isEngineError,
  type StreamConflict,
  type ValidationIssue,
} from './errors.ts'
export { compareEventCursors, cursorOf } from './event/cursor.ts'
export { type Decided, type DecideOptions, type Decider, decider, type SnapshotPolicy } from './event/decider.ts'
export {
  type AnyEventType,
  ERASED,
  type EventAbout,
  type EventDefinition,
  type EventMeta,
  type EventOf,
  type EventType,
  event,
  type NewEvent,
  type RecordedEvent,
  type Upcaster,
} from './event/event.ts'
export type * from './event/event-api.ts'
export type { MasterKey, PersonKeys } from './event/person-keys.ts'
export { chain, chord, type Group, type GroupOptions, group, type Settled } from './flow/flow.ts'
export { approval, approvalKey, type Decision, type PendingApproval } from './graph/approval.ts'
export { graphCall } from './graph/call.ts'
export { type GraphDefinition, graph } from './graph/graph.ts'
export { fetchPublic, type Network } from './graph/http-fetch.ts'
export { isPublicAddress } from './graph/http-guard.ts'
export type { GraphFunction, GraphOptions, HttpRequest, HttpResponse, Notification } from './graph/options.ts'
export { type Graph, type GraphEdge, type GraphJson, type GraphNode, graphJsonSchema } from './graph/schema.ts'
export { PermanentError, RetryAfter } from './job/errors.ts'
export { hideSecrets } from './job/hide-secrets.ts'
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
export { checkJob } from './job/registry.ts'
export type { Attempt, Enqueued, Progress, Replay, Run, RunDetail, RunState, StoredError } from './job/run.ts'
export { plainStack } from './job/stack.ts'
export { isTag, LONGEST_TAG, MOST_TAGS } from './job/tags.ts'
export { newTraceId } from './job/trace.ts'
export { type LogFields, type LoggedRun, type Logger, runLog, silentLogger } from './log.ts'
export { describeSchedule } from './operate/describe-schedule.ts'
export {
  type AnyProjection,
  type Projection,
  type ProjectionDefinition,
  type ProjectionTransaction,
  projection,
} from './projection/projection.ts'
export type * from './projection/projection-api.ts'
export { type Random, systemRandom } from './random.ts'
export { type AnyReaction, type ReactionDefinition, reaction } from './reaction/reaction.ts'
export type { DescribeLocale } from './schedule/describe-words.ts'
export { checkSchedule } from './schedule/plan.ts'
export {
  type Overlap,
  type Schedule,
  type ScheduleDefinition,
  type ScheduledCall,
  type ScheduleScope,
  type ScheduleStatus,
  type SlotOutcome,
  type SlotRecord,
  schedule,
} from './schedule/schedule.ts'
export type {
  Broadcast,
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
export { openBroadcast, openDatabase } from './store/open.ts'
export { isProjectionTable } from './store/projection-names.ts'
export type {
  CallOptions,
  CallOutcome,
  SignalAddress,
  StepContext,
  StepOptions,
  WaitOptions,
  WorkflowContext,
} from './workflow/context.ts'
export { type AnySignal, type Signal, signal } from './workflow/signal.ts'
export { type Workflow, type WorkflowDefinition, workflow } from './workflow/workflow.ts'
export type * from './workflow/workflows-api.ts'
