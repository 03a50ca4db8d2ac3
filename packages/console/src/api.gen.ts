// Written by `npm run openapi` from the routes of the platform; do not edit by hand.
import type { CallOptions, Client } from '@regie/platform/client'

/** Actor, as the API writes it. */
export type Actor = {
  readonly kind: string
  readonly id: string
  readonly name?: string | undefined
}

/** Alert, as the API writes it. */
export type Alert = {
  readonly id: string
  readonly org: string
  readonly key: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly title: string
  readonly detail: string
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
  readonly resolvedAt?: string | undefined
}

/** App, as the API writes it. */
export type App = {
  readonly id: string
  readonly title: string
  readonly on: boolean
  readonly migration: string | null
  readonly routes: number
  readonly jobs: number
  readonly workflows: number
  readonly schedules: number
  readonly permissions: { readonly [name: string]: string }
  readonly roles: { readonly [name: string]: readonly (string)[] }
  readonly pages: readonly (Page)[]
  readonly slos: readonly (Slo)[]
}

/** Attempt, as the API writes it. */
export type Attempt = {
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt: string
  readonly error: StoredError
}

/** AuditVerify, as the API writes it. */
export type AuditVerify = {
  readonly ok: boolean
  readonly entries: number
  readonly unsealed: number
  readonly anchors: number
  readonly faults: number
  readonly problems: readonly (StoredProblem)[]
  readonly notes: readonly (string)[]
}

/** Backup, as the API writes it. */
export type Backup = {
  readonly id: string
  readonly kind: string
  readonly createdAt: string
  readonly bytes: number
  readonly rows: number | null
  readonly files: number | null
  readonly durationMs: number | null
  readonly sha256: string | null
  readonly problem: string | null
}

/** Entry, as the API writes it. */
export type Entry = {
  readonly id: string
  readonly at: string
  readonly actor: Actor
  readonly impersonatedBy?: string | undefined
  readonly action: string
  readonly object?: {
    readonly type: string
    readonly id: string
  } | undefined
  readonly person?: string | undefined
  readonly before?: unknown | undefined
  readonly after?: unknown | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
  readonly sequence?: number | undefined
  readonly erasedBy?: string | undefined
}

/** LastSlot, as the API writes it. */
export type LastSlot = {
  readonly slot: string
  readonly outcome: string
  readonly runId?: number | undefined
  readonly handledAt: string
}

/** Notification, as the API writes it. */
export type Notification = {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly link?: string | undefined
  readonly createdAt: string
  readonly readAt?: string | undefined
}

/** Notifications, as the API writes it. */
export type Notifications = {
  readonly notifications: readonly (Notification)[]
  readonly unread: number
  readonly next?: string | undefined
}

/** Page, as the API writes it. */
export type Page = {
  readonly id: string
  readonly path: string
  readonly title: {
    readonly en: string
    readonly fr: string
  }
  readonly icon: string
  readonly permission: string
}

/** Progress, as the API writes it. */
export type Progress = {
  readonly percent: number
  readonly message: string
  readonly at: string
}

/** PushSubscriptionInput, as the API writes it. */
export type PushSubscriptionInput = {
  readonly endpoint: string
  readonly expirationTime?: number | null | undefined
  readonly keys: {
    readonly p256dh: string
    readonly auth: string
  }
}

/** Queue, as the API writes it. */
export type Queue = {
  readonly name: string
  readonly queued: number
  readonly scheduled: number
  readonly blocked: number
  readonly running: number
  readonly oldestMs?: number | undefined
  readonly pausedAt?: string | undefined
  readonly pausedReason?: string | undefined
}

/** Run, as the API writes it. */
export type Run = {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: string
  readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly (string)[]
  readonly createdAt: string
  readonly dueAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly durationMs?: number | undefined
  readonly estimatedMs?: number | undefined
  readonly error?: StoredError | undefined
  readonly progress?: Progress | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly cancelRequested?: boolean | undefined
}

/** RunDetail, as the API writes it. */
export type RunDetail = {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: string
  readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly (string)[]
  readonly createdAt: string
  readonly dueAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly durationMs?: number | undefined
  readonly estimatedMs?: number | undefined
  readonly error?: StoredError | undefined
  readonly progress?: Progress | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly cancelRequested?: boolean | undefined
  readonly attempts: readonly (Attempt)[]
  readonly result?: unknown | undefined
}

/** RunResult, as the API writes it. */
export type RunResult = {
  readonly state: string
  readonly estimatedMs?: number | undefined
  readonly result?: unknown | undefined
}

/** Schedule, as the API writes it. */
export type Schedule = {
  readonly name: string
  readonly org: string
  readonly job: string
  readonly description?: string | undefined
  readonly cron?: string | undefined
  readonly everyMs?: number | undefined
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: string
  readonly declared: boolean
  readonly pausedAt?: string | undefined
  readonly nextSlot?: string | undefined
  readonly lastSlot?: LastSlot | undefined
}

/** Slo, as the API writes it. */
export type Slo = {
  readonly name: string
  readonly about: string
  readonly kind: 'route' | 'job'
  readonly of: string
  readonly objective: number
  readonly within: string | null
  readonly window: string
}

/** StoredError, as the API writes it. */
export type StoredError = {
  readonly code: string
  readonly message: string
  readonly stack?: string | undefined
}

/** StoredProblem, as the API writes it. */
export type StoredProblem = {
  readonly fault: string
  readonly sequence?: number | undefined
  readonly id?: string | undefined
  readonly message: string
}

/** Input of {@link getRuns}. */
export type GetRunsInput = {
  readonly state?: string | readonly (string)[] | undefined
  readonly queue?: string | undefined
  readonly job?: string | undefined
  readonly error?: string | undefined
  readonly tag?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getRuns}. */
export type GetRunsOutput = {
  readonly runs: readonly (Run)[]
  readonly next?: string | undefined
}

/** Search runs, newest first. `GET /api/v1/runs`. Needs `runs.read`. */
export function getRuns(client: Client, input: GetRunsInput = {}, options?: CallOptions): Promise<GetRunsOutput> {
  return client.call<GetRunsOutput>({ method: 'GET', path: '/api/v1/runs' }, input, options)
}

/** Input of {@link getRun}. */
export type GetRunInput = {
  readonly id: number
}

/** Answer of {@link getRun}. */
export type GetRunOutput = RunDetail

/** Show one run. `GET /api/v1/runs/:id`. Needs `runs.read`. */
export function getRun(client: Client, input: GetRunInput, options?: CallOptions): Promise<GetRunOutput> {
  return client.call<GetRunOutput>({ method: 'GET', path: '/api/v1/runs/:id' }, input, options)
}

/** Input of {@link deleteRun}. */
export type DeleteRunInput = {
  readonly id: number
  readonly reason?: string | undefined
}

/** Answer of {@link deleteRun}. */
export type DeleteRunOutput = {
  readonly outcome: 'cancelled' | 'requested' | 'already-ended'
}

/** Cancel a run. `DELETE /api/v1/runs/:id`. Needs `runs.manage`. */
export function deleteRun(client: Client, input: DeleteRunInput, options?: CallOptions): Promise<DeleteRunOutput> {
  return client.call<DeleteRunOutput>({ method: 'DELETE', path: '/api/v1/runs/:id' }, input, options)
}

/** Input of {@link getRunResult}. */
export type GetRunResultInput = {
  readonly id: number
}

/** Answer of {@link getRunResult}. */
export type GetRunResultOutput = RunResult

/** Show the result of a run, or its state while it has none. `GET /api/v1/runs/:id/result`. Needs `runs.read`. */
export function getRunResult(client: Client, input: GetRunResultInput, options?: CallOptions): Promise<GetRunResultOutput> {
  return client.call<GetRunResultOutput>({ method: 'GET', path: '/api/v1/runs/:id/result' }, input, options)
}

/** Input of {@link postRunRetry}. */
export type PostRunRetryInput = {
  readonly id: number
  readonly input?: unknown | undefined
}

/** Answer of {@link postRunRetry}. */
export type PostRunRetryOutput = RunDetail

/** Retry an ended run. `POST /api/v1/runs/:id/retry`. Needs `runs.manage`. */
export function postRunRetry(client: Client, input: PostRunRetryInput, options?: CallOptions): Promise<PostRunRetryOutput> {
  return client.call<PostRunRetryOutput>({ method: 'POST', path: '/api/v1/runs/:id/retry' }, input, options)
}

/** Answer of {@link getQueues}. */
export type GetQueuesOutput = {
  readonly queues: readonly (Queue)[]
}

/** List queues. `GET /api/v1/queues`. Needs `queues.read`. */
export function getQueues(client: Client, options?: CallOptions): Promise<GetQueuesOutput> {
  return client.call<GetQueuesOutput>({ method: 'GET', path: '/api/v1/queues' }, {}, options)
}

/** Answer of {@link getSchedules}. */
export type GetSchedulesOutput = {
  readonly schedules: readonly (Schedule)[]
}

/** List schedules. `GET /api/v1/schedules`. Needs `schedules.read`. */
export function getSchedules(client: Client, options?: CallOptions): Promise<GetSchedulesOutput> {
  return client.call<GetSchedulesOutput>({ method: 'GET', path: '/api/v1/schedules' }, {}, options)
}

/** Input of {@link getScheduleNext}. */
export type GetScheduleNextInput = {
  readonly name: string
  readonly count?: number | undefined
}

/** Answer of {@link getScheduleNext}. */
export type GetScheduleNextOutput = {
  readonly slots: readonly (string)[]
}

/** Preview the next slots of a schedule. `GET /api/v1/schedules/:name/next`. Needs `schedules.read`. */
export function getScheduleNext(client: Client, input: GetScheduleNextInput, options?: CallOptions): Promise<GetScheduleNextOutput> {
  return client.call<GetScheduleNextOutput>({ method: 'GET', path: '/api/v1/schedules/:name/next' }, input, options)
}

/** Input of {@link getScheduleHistory}. */
export type GetScheduleHistoryInput = {
  readonly name: string
  readonly limit?: number | undefined
}

/** Answer of {@link getScheduleHistory}. */
export type GetScheduleHistoryOutput = {
  readonly slots: readonly (LastSlot)[]
}

/** List what became of the slots of a schedule. `GET /api/v1/schedules/:name/history`. Needs `schedules.read`. */
export function getScheduleHistory(client: Client, input: GetScheduleHistoryInput, options?: CallOptions): Promise<GetScheduleHistoryOutput> {
  return client.call<GetScheduleHistoryOutput>({ method: 'GET', path: '/api/v1/schedules/:name/history' }, input, options)
}

/** Input of {@link postScheduleRun}. */
export type PostScheduleRunInput = {
  readonly name: string
}

/** Answer of {@link postScheduleRun}. */
export type PostScheduleRunOutput = {
  readonly runId: number
}

/** Run a schedule's job now. `POST /api/v1/schedules/:name/run`. Needs `schedules.manage`. */
export function postScheduleRun(client: Client, input: PostScheduleRunInput, options?: CallOptions): Promise<PostScheduleRunOutput> {
  return client.call<PostScheduleRunOutput>({ method: 'POST', path: '/api/v1/schedules/:name/run' }, input, options)
}

/** Input of {@link postSchedulePause}. */
export type PostSchedulePauseInput = {
  readonly name: string
}

/** Answer of {@link postSchedulePause}. */
export type PostSchedulePauseOutput = Schedule

/** Pause a schedule. `POST /api/v1/schedules/:name/pause`. Needs `schedules.manage`. */
export function postSchedulePause(client: Client, input: PostSchedulePauseInput, options?: CallOptions): Promise<PostSchedulePauseOutput> {
  return client.call<PostSchedulePauseOutput>({ method: 'POST', path: '/api/v1/schedules/:name/pause' }, input, options)
}

/** Input of {@link postScheduleResume}. */
export type PostScheduleResumeInput = {
  readonly name: string
}

/** Answer of {@link postScheduleResume}. */
export type PostScheduleResumeOutput = Schedule

/** Resume a schedule. `POST /api/v1/schedules/:name/resume`. Needs `schedules.manage`. */
export function postScheduleResume(client: Client, input: PostScheduleResumeInput, options?: CallOptions): Promise<PostScheduleResumeOutput> {
  return client.call<PostScheduleResumeOutput>({ method: 'POST', path: '/api/v1/schedules/:name/resume' }, input, options)
}

/** Input of {@link getAlerts}. */
export type GetAlertsInput = {
  readonly open?: boolean | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getAlerts}. */
export type GetAlertsOutput = {
  readonly alerts: readonly (Alert)[]
  readonly next?: string | undefined
}

/** List alerts, the latest raised first. `GET /api/v1/alerts`. Needs `alerts.read`. */
export function getAlerts(client: Client, input: GetAlertsInput = {}, options?: CallOptions): Promise<GetAlertsOutput> {
  return client.call<GetAlertsOutput>({ method: 'GET', path: '/api/v1/alerts' }, input, options)
}

/** Input of {@link postAlertResolve}. */
export type PostAlertResolveInput = {
  readonly id: string
}

/** Answer of {@link postAlertResolve}. */
export type PostAlertResolveOutput = Alert

/** Resolve an alert. `POST /api/v1/alerts/:id/resolve`. Needs `alerts.manage`. */
export function postAlertResolve(client: Client, input: PostAlertResolveInput, options?: CallOptions): Promise<PostAlertResolveOutput> {
  return client.call<PostAlertResolveOutput>({ method: 'POST', path: '/api/v1/alerts/:id/resolve' }, input, options)
}

/** Input of {@link getBackups}. */
export type GetBackupsInput = {
  readonly limit?: number | undefined
}

/** Answer of {@link getBackups}. */
export type GetBackupsOutput = {
  readonly backups: readonly (Backup)[]
}

/** List backups, the newest first. `GET /api/v1/backups`. Needs `backups.read`. */
export function getBackups(client: Client, input: GetBackupsInput = {}, options?: CallOptions): Promise<GetBackupsOutput> {
  return client.call<GetBackupsOutput>({ method: 'GET', path: '/api/v1/backups' }, input, options)
}

/** Input of {@link getAudit}. */
export type GetAuditInput = {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly object?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly requestId?: string | undefined
  readonly text?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getAudit}. */
export type GetAuditOutput = {
  readonly entries: readonly (Entry)[]
  readonly next?: string | undefined
}

/** Search the audit log, newest first. `GET /api/v1/audit`. Needs `audit.read`. */
export function getAudit(client: Client, input: GetAuditInput = {}, options?: CallOptions): Promise<GetAuditOutput> {
  return client.call<GetAuditOutput>({ method: 'GET', path: '/api/v1/audit' }, input, options)
}

/** Input of {@link getAuditItem}. */
export type GetAuditItemInput = {
  readonly id: string
}

/** Answer of {@link getAuditItem}. */
export type GetAuditItemOutput = Entry

/** Show one entry of the audit log. `GET /api/v1/audit/:id`. Needs `audit.read`. */
export function getAuditItem(client: Client, input: GetAuditItemInput, options?: CallOptions): Promise<GetAuditItemOutput> {
  return client.call<GetAuditItemOutput>({ method: 'GET', path: '/api/v1/audit/:id' }, input, options)
}

/** Answer of {@link postAuditVerify}. */
export type PostAuditVerifyOutput = AuditVerify

/** Read the whole audit log and say what is wrong with it. `POST /api/v1/audit/verify`. Needs `audit.read`. */
export function postAuditVerify(client: Client, options?: CallOptions): Promise<PostAuditVerifyOutput> {
  return client.call<PostAuditVerifyOutput>({ method: 'POST', path: '/api/v1/audit/verify' }, {}, options)
}

/** Answer of {@link getApps}. */
export type GetAppsOutput = {
  readonly apps: readonly (App)[]
}

/** List apps, with what each offers. `GET /api/v1/apps`. Needs `settings.read`. */
export function getApps(client: Client, options?: CallOptions): Promise<GetAppsOutput> {
  return client.call<GetAppsOutput>({ method: 'GET', path: '/api/v1/apps' }, {}, options)
}

/** Input of {@link getNotifications}. */
export type GetNotificationsInput = {
  readonly unread?: boolean | undefined
  readonly limit?: number | undefined
  readonly after?: string | undefined
}

/** Answer of {@link getNotifications}. */
export type GetNotificationsOutput = Notifications

/** List one's own notifications, the newest first. `GET /api/v1/notifications`. */
export function getNotifications(client: Client, input: GetNotificationsInput = {}, options?: CallOptions): Promise<GetNotificationsOutput> {
  return client.call<GetNotificationsOutput>({ method: 'GET', path: '/api/v1/notifications' }, input, options)
}

/** Answer of {@link postNotificationsRead}. */
export type PostNotificationsReadOutput = {
  readonly unread: number
}

/** Mark all notifications as read. `POST /api/v1/notifications/read`. */
export function postNotificationsRead(client: Client, options?: CallOptions): Promise<PostNotificationsReadOutput> {
  return client.call<PostNotificationsReadOutput>({ method: 'POST', path: '/api/v1/notifications/read' }, {}, options)
}

/** Input of {@link postNotificationRead}. */
export type PostNotificationReadInput = {
  readonly id: string
}

/** Answer of {@link postNotificationRead}. */
export type PostNotificationReadOutput = {
  readonly unread: number
}

/** Mark a notification as read. `POST /api/v1/notifications/:id/read`. */
export function postNotificationRead(client: Client, input: PostNotificationReadInput, options?: CallOptions): Promise<PostNotificationReadOutput> {
  return client.call<PostNotificationReadOutput>({ method: 'POST', path: '/api/v1/notifications/:id/read' }, input, options)
}

/** Answer of {@link getPushKey}. */
export type GetPushKeyOutput = {
  readonly publicKey: string
}

/** Show the key for pushManager.subscribe. `GET /api/v1/push/key`. */
export function getPushKey(client: Client, options?: CallOptions): Promise<GetPushKeyOutput> {
  return client.call<GetPushKeyOutput>({ method: 'GET', path: '/api/v1/push/key' }, {}, options)
}

/** Input of {@link postPushSubscriptions}. */
export type PostPushSubscriptionsInput = PushSubscriptionInput

/** Answer of {@link postPushSubscriptions}. */
export type PostPushSubscriptionsOutput = {
  readonly id: string
}

/** Have notifications pushed to this browser: send its PushSubscription as it is. `POST /api/v1/push/subscriptions`. */
export function postPushSubscriptions(client: Client, input: PostPushSubscriptionsInput, options?: CallOptions): Promise<PostPushSubscriptionsOutput> {
  return client.call<PostPushSubscriptionsOutput>({ method: 'POST', path: '/api/v1/push/subscriptions' }, input, options)
}

/** Input of {@link deletePushSubscription}. */
export type DeletePushSubscriptionInput = {
  readonly id: string
}

/** Answer of {@link deletePushSubscription}. */
export type DeletePushSubscriptionOutput = null

/** Push no more to this browser. `DELETE /api/v1/push/subscriptions/:id`. */
export function deletePushSubscription(client: Client, input: DeletePushSubscriptionInput, options?: CallOptions): Promise<DeletePushSubscriptionOutput> {
  return client.call<DeletePushSubscriptionOutput>({ method: 'DELETE', path: '/api/v1/push/subscriptions/:id' }, input, options)
}
