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
  readonly code?: string | undefined
  readonly about?: { readonly [name: string]: string | number } | undefined
  readonly link?: string | undefined
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
  readonly resolvedAt?: string | undefined
}

/** AlertsSilence, as the API writes it. */
export type AlertsSilence = {
  readonly id: string
  readonly key: string
  readonly reason: string
  readonly createdAt: string
  readonly until: string
  readonly endedAt?: string | undefined
}

/** AlertsSilenceInput, as the API writes it. */
export type AlertsSilenceInput = {
  readonly key: string
  readonly reason: string
  readonly until: string
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
  readonly permissions: { readonly [name: string]: {
    readonly en: string
    readonly fr: string
  } }
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
  readonly input?: unknown | undefined
}

/** Audit, as the API writes it. */
export type Audit = {
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

/** AuditActor, as the API writes it. */
export type AuditActor = {
  readonly kind: 'user' | 'key' | 'operator' | 'system' | 'anonymous'
  readonly id: string
  readonly name: string
  readonly email?: string | undefined
}

/** AuditDetail, as the API writes it. */
export type AuditDetail = {
  readonly items: readonly (Audit)[]
  readonly names: { readonly [name: string]: string }
  readonly next?: string | undefined
}

/** AuditItem, as the API writes it. */
export type AuditItem = {
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
  readonly names: { readonly [name: string]: string }
}

/** AuditVerify, as the API writes it. */
export type AuditVerify = {
  readonly ok: boolean
  readonly entries: number
  readonly unsealed: number
  readonly anchors: number
  readonly faults: number
  readonly guarded: boolean
  readonly problems: readonly (StoredProblem)[]
  readonly notes: readonly (string)[]
}

/** AuthResetPasswordInput, as the API writes it. */
export type AuthResetPasswordInput = {
  readonly token: string
  readonly newPassword: string
  readonly removePasskeys?: boolean | undefined
}

/** AuthSignInEmailInput, as the API writes it. */
export type AuthSignInEmailInput = {
  readonly email: string
  readonly password: string
  readonly rememberMe?: boolean | undefined
}

/** AuthUser, as the API writes it. */
export type AuthUser = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly createdAt: string
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
  readonly verified?: {
    readonly at: string
    readonly runId: number
    readonly problems: readonly (string)[]
  } | undefined
}

/** BackupsStatus, as the API writes it. */
export type BackupsStatus = {
  readonly newest?: {
    readonly id: string
    readonly createdAt: string
    readonly bytes: number
  } | undefined
  readonly rpoMs?: number | undefined
  readonly rpoTargetMs: number
  readonly rtoMs?: number | undefined
  readonly verifiedAt?: string | undefined
  readonly runId?: number | undefined
}

/** Console, as the API writes it. */
export type Console = {
  readonly version: string
  readonly program: string
  readonly principal: {
    readonly kind: 'user' | 'key'
    readonly id: string
    readonly name: string
  }
  readonly org: {
    readonly id: string
    readonly name: string
    readonly language: string
    readonly timeZone: string
  }
  readonly mail: 'mail' | 'outbox'
  readonly permissions: readonly (string)[]
  readonly described: readonly ({
    readonly name: string
    readonly about: {
      readonly en: string
      readonly fr: string
    }
  })[]
  readonly withheld: readonly (string)[]
  readonly apps: readonly ({
    readonly id: string
    readonly title: string
  })[]
  readonly jobs: readonly ({
    readonly name: string
    readonly permission?: string | undefined
  })[]
  readonly queues: readonly (string)[]
  readonly hiddenColumns: { readonly [name: string]: readonly (string)[] }
}

/** Contents, as the API writes it. */
export type Contents = {
  readonly members: number
  readonly runs: number
  readonly activeRuns: number
  readonly rows: readonly (Row)[]
}

/** EventsStream, as the API writes it. */
export type EventsStream = {
  readonly name: string
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly state: 'open' | 'closed' | 'archived'
  readonly closedAt?: string | undefined
  readonly archivedAt?: string | undefined
}

/** EventsStreamEvent, as the API writes it. */
export type EventsStreamEvent = {
  readonly position: number
  readonly version: number
  readonly type: string
  readonly data: unknown
  readonly person?: string | undefined
  readonly runId?: number | undefined
  readonly at: string
  readonly erased: boolean
}

/** Invitation, as the API writes it. */
export type Invitation = {
  readonly id: string
  readonly email: string
  readonly roles: readonly (string)[]
  readonly createdAt: string
  readonly expiresAt: string
}

/** InvitationDetail, as the API writes it. */
export type InvitationDetail = {
  readonly id: string
  readonly email: string
  readonly roles: readonly (string)[]
  readonly createdAt: string
  readonly expiresAt: string
  readonly delivery: 'mail' | 'outbox'
  readonly link?: string | undefined
}

/** InvitationsAcceptInput, as the API writes it. */
export type InvitationsAcceptInput = {
  readonly token: string
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly password: string
  readonly language?: 'en' | 'fr' | undefined
}

/** InvitationsLook, as the API writes it. */
export type InvitationsLook = {
  readonly organisation: string
  readonly email?: string | undefined
  readonly known: boolean
}

/** Key, as the API writes it. */
export type Key = {
  readonly id: string
  readonly name: string
  readonly start: string
  readonly permissions: readonly (string)[]
  readonly userId?: string | undefined
  readonly createdAt: string
  readonly expiresAt?: string | undefined
  readonly lastUsedAt?: string | undefined
}

/** KeyDetail, as the API writes it. */
export type KeyDetail = {
  readonly id: string
  readonly name: string
  readonly start: string
  readonly permissions: readonly (string)[]
  readonly userId?: string | undefined
  readonly createdAt: string
  readonly expiresAt?: string | undefined
  readonly lastUsedAt?: string | undefined
  readonly key: string
}

/** KeyInput, as the API writes it. */
export type KeyInput = {
  readonly name: string
  readonly permissions: readonly (string)[]
  readonly expiresInDays?: number | undefined
}

/** LastSlot, as the API writes it. */
export type LastSlot = {
  readonly slot: string
  readonly outcome: 'fired' | 'late' | 'queued' | 'skipped' | 'missed' | 'manual'
  readonly runId?: number | undefined
  readonly handledAt: string
  readonly run?: {
    readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
    readonly durationMs?: number | undefined
  } | undefined
}

/** Limit, as the API writes it. */
export type Limit = {
  readonly job: string
  readonly concurrency?: number | undefined
  readonly rate?: string | undefined
  readonly key?: string | undefined
}

/** Logs, as the API writes it. */
export type Logs = {
  readonly items: readonly ({ readonly [name: string]: unknown })[]
  readonly next?: string | undefined
  readonly since?: string | undefined
}

/** Me, as the API writes it. */
export type Me = {
  readonly kind: 'user' | 'key'
  readonly id: string
  readonly name: string
  readonly email?: string | undefined
  readonly language?: 'en' | 'fr' | undefined
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly organisations: readonly (Organisation)[]
  readonly permissions: readonly (string)[]
  readonly sessionId?: string | undefined
  readonly toured: boolean
  readonly impersonation?: {
    readonly by: {
      readonly id: string
      readonly name: string
    }
    readonly until: string
  } | undefined
}

/** MeOrganisation, as the API writes it. */
export type MeOrganisation = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly closedAt?: string | undefined
  readonly purgeAt?: string | undefined
  readonly isGoing?: boolean | undefined
  readonly isHome?: boolean | undefined
  readonly contents: Contents
}

/** MePasskey, as the API writes it. */
export type MePasskey = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly usedAt?: string | undefined
}

/** MeSecondFactor, as the API writes it. */
export type MeSecondFactor = {
  readonly totp: 'none' | 'unconfirmed' | 'confirmed'
  readonly hasPasskey: boolean
  readonly backupCodesLeft: number
  readonly required: boolean
  readonly hasPassword: boolean
  readonly shown?: string | undefined
  readonly state: 'open' | 'verify' | 'enrol'
}

/** MeSecondFactorTotp, as the API writes it. */
export type MeSecondFactorTotp = {
  readonly secret: string
  readonly uri: string
  readonly qr: {
    readonly size: number
    readonly path: string
  }
}

/** MeSession, as the API writes it. */
export type MeSession = {
  readonly id: string
  readonly userId: string
  readonly email: string
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly expiresAt: string
  readonly address?: string | undefined
  readonly browser?: string | undefined
  readonly impersonatedBy?: string | undefined
  readonly awaitsFactor?: true | undefined
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
  readonly items: readonly (Notification)[]
  readonly unread: number
  readonly next?: string | undefined
}

/** Organisation, as the API writes it. */
export type Organisation = {
  readonly id: string
  readonly name: string
  readonly roles: readonly (string)[]
}

/** OrganisationDetail, as the API writes it. */
export type OrganisationDetail = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly closedAt?: string | undefined
  readonly purgeAt?: string | undefined
  readonly isGoing?: boolean | undefined
  readonly isHome?: boolean | undefined
}

/** OrganisationDetail2, as the API writes it. */
export type OrganisationDetail2 = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly closedAt?: string | undefined
  readonly purgeAt?: string | undefined
  readonly isGoing?: boolean | undefined
  readonly isHome?: boolean | undefined
  readonly delivery?: 'mail' | 'outbox' | undefined
  readonly link?: string | undefined
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

/** Past, as the API writes it. */
export type Past = {
  readonly slot: string
  readonly outcome: string
  readonly runId?: number | undefined
  readonly run?: {
    readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
    readonly durationMs?: number | undefined
  } | undefined
}

/** Progress, as the API writes it. */
export type Progress = {
  readonly percent: number
  readonly message: string
  readonly at: string
}

/** ProgressDetail, as the API writes it. */
export type ProgressDetail = {
  readonly read: number
  readonly total: number
  readonly perSecond?: number | undefined
  readonly endsAt?: string | undefined
}

/** Projection, as the API writes it. */
export type Projection = {
  readonly name: string
  readonly mode: 'inline' | 'async'
  readonly declared: boolean
  readonly tables: readonly (string)[]
  readonly serving?: Serving | undefined
  readonly building?: Serving | undefined
}

/** Provider, as the API writes it. */
export type Provider = {
  readonly id: string
  readonly title: string
  readonly trustEmail: boolean
  readonly createUsers: boolean
  readonly domains: readonly (string)[]
  readonly roles: readonly (string)[]
  readonly rolesOfGroups: { readonly [name: string]: readonly (string)[] }
  readonly kind: "oidc"
  readonly issuer: string
  readonly clientId: string
  readonly scopes: readonly (string)[]
  readonly groupsClaim: string
}

/** ProviderDetail, as the API writes it. */
export type ProviderDetail = {
  readonly id: string
  readonly title: string
  readonly trustEmail: boolean
  readonly createUsers: boolean
  readonly domains: readonly (string)[]
  readonly roles: readonly (string)[]
  readonly rolesOfGroups: { readonly [name: string]: readonly (string)[] }
  readonly kind: "saml"
  readonly entityId: string
  readonly signInUrl: string
  readonly certificates: readonly (string)[]
  readonly emailAttribute?: string | undefined
  readonly nameAttribute?: string | undefined
  readonly groupsAttribute: string
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
  readonly pausedUntil?: string | undefined
  readonly pausedBy?: string | undefined
  readonly slots: number
  readonly waits?: Waits | undefined
  readonly limits: readonly (Limit)[]
}

/** Replay, as the API writes it. */
export type Replay = {
  readonly at: string
  readonly by?: {
    readonly kind: 'user' | 'key' | 'operator'
    readonly name?: string | undefined
  } | undefined
  readonly newInput: boolean
}

/** ResponseInput, as the API writes it. */
export type ResponseInput = {
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
  readonly userHandle?: string | undefined
}

/** ResponseInputDetail, as the API writes it. */
export type ResponseInputDetail = {
  readonly id: string
  readonly rawId: string
  readonly type: "public-key"
  readonly clientExtensionResults: { readonly [name: string]: unknown }
  readonly response: ResponseInput
}

/** Role, as the API writes it. */
export type Role = {
  readonly name: string
  readonly permissions: readonly (string)[]
  readonly source: 'built-in' | 'app' | 'own'
}

/** RoleDetail, as the API writes it. */
export type RoleDetail = {
  readonly name: string
  readonly permissions: readonly (string)[]
  readonly source: 'built-in' | 'app' | 'own'
  readonly people: number
}

/** Row, as the API writes it. */
export type Row = {
  readonly app: string
  readonly title: string
  readonly count: number
}

/** Run, as the API writes it. */
export type Run = {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: 'urgent' | 'high' | 'normal' | 'low'
  readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly (string)[]
  readonly workflow?: boolean | undefined
  readonly createdAt: string
  readonly startedAt?: string | undefined
  readonly dueAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly durationMs?: number | undefined
  readonly estimatedMs?: number | undefined
  readonly error?: StoredError | undefined
  readonly maxAttempts?: number | undefined
  readonly progress?: Progress | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly traceId?: string | undefined
  readonly cancelRequested?: boolean | undefined
}

/** RunDetail, as the API writes it. */
export type RunDetail = {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: 'urgent' | 'high' | 'normal' | 'low'
  readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly (string)[]
  readonly workflow?: boolean | undefined
  readonly createdAt: string
  readonly startedAt?: string | undefined
  readonly dueAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly durationMs?: number | undefined
  readonly estimatedMs?: number | undefined
  readonly error?: StoredError | undefined
  readonly maxAttempts?: number | undefined
  readonly progress?: Progress | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly traceId?: string | undefined
  readonly cancelRequested?: boolean | undefined
  readonly attempts: readonly (Attempt)[]
  readonly result?: unknown | undefined
  readonly own?: true | undefined
}

/** RunInput, as the API writes it. */
export type RunInput = {
  readonly job: string
  readonly input?: unknown | undefined
  readonly delayMs?: number | undefined
  readonly priority?: 'urgent' | 'high' | 'normal' | 'low' | undefined
  readonly queue?: string | undefined
  readonly tags?: readonly (string)[] | undefined
}

/** RunLog, as the API writes it. */
export type RunLog = {
  readonly seq: number
  readonly attempt: number
  readonly at: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields?: { readonly [name: string]: unknown } | undefined
}

/** RunLogs, as the API writes it. */
export type RunLogs = {
  readonly items: readonly (RunLog)[]
  readonly next?: string | undefined
  readonly last: number
  readonly cut: number
  readonly dropped: number
}

/** RunResult, as the API writes it. */
export type RunResult = {
  readonly state: string
  readonly estimatedMs?: number | undefined
  readonly result?: unknown | undefined
}

/** RunsBulkInput, as the API writes it. */
export type RunsBulkInput = {
  readonly act: 'cancel' | 'retry'
  readonly filter: string
  readonly succeeded?: boolean | undefined
  readonly reason?: string | undefined
}

/** RunsBulkItemNext, as the API writes it. */
export type RunsBulkItemNext = {
  readonly seen: number
  readonly done: number
  readonly ended: boolean
  readonly ids: readonly (number)[]
}

/** Schedule, as the API writes it. */
export type Schedule = {
  readonly name: string
  readonly for: 'server' | 'each-organisation'
  readonly org: string
  readonly job: string
  readonly description?: string | undefined
  readonly descriptions?: {
    readonly en: string
    readonly fr: string
  } | undefined
  readonly plain: {
    readonly en: string
    readonly fr: string
  }
  readonly cron?: string | undefined
  readonly everyMs?: number | undefined
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: string
  readonly catchUp: {
    readonly withinMs: number
    readonly max: number
  }
  readonly expiresMs: number
  readonly declared: boolean
  readonly pausedAt?: string | undefined
  readonly pausedReason?: string | undefined
  readonly nextSlot?: string | undefined
  readonly lastSlot?: LastSlot | undefined
}

/** ScheduleHistory, as the API writes it. */
export type ScheduleHistory = {
  readonly slot: string
  readonly outcome: 'fired' | 'late' | 'queued' | 'skipped' | 'missed' | 'manual'
  readonly runId?: number | undefined
  readonly handledAt: string
  readonly run?: {
    readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
    readonly durationMs?: number | undefined
  } | undefined
  readonly by?: {
    readonly kind: 'user' | 'key' | 'operator'
    readonly name?: string | undefined
  } | undefined
}

/** SchedulesCalendar, as the API writes it. */
export type SchedulesCalendar = {
  readonly name: string
  readonly timeZone: string
  readonly dense: boolean
  readonly paused: boolean
  readonly slots: readonly (string)[]
  readonly past: readonly (Past)[]
}

/** Serving, as the API writes it. */
export type Serving = {
  readonly generation: number
  readonly version: number
  readonly state: 'live' | 'building' | 'failing' | 'stopped'
  readonly behind: number
  readonly lagMs: number
  readonly progress?: ProgressDetail | undefined
  readonly stuck?: {
    readonly why: 'failing' | 'stopped' | 'no-worker'
    readonly since: string
  } | undefined
  readonly error?: StoredError | undefined
  readonly failedPosition?: number | undefined
  readonly tries?: number | undefined
  readonly retryAt?: string | undefined
  readonly stoppedAt?: string | undefined
}

/** Setting, as the API writes it. */
export type Setting = {
  readonly name: string
  readonly variable: string
  readonly about: string
  readonly french?: string | undefined
  readonly app?: string | undefined
  readonly source: 'environment' | 'file' | 'default'
  readonly fallback?: string | undefined
  readonly secret: boolean
  readonly isSet: boolean
  readonly value?: string | undefined
}

/** Signal, as the API writes it. */
export type Signal = {
  readonly id: number
  readonly signal: string
  readonly key?: string | undefined
  readonly runId?: number | undefined
  readonly payload: unknown
  readonly sentAt: string
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

/** SsoProvider, as the API writes it. */
export type SsoProvider = {
  readonly id: string
  readonly title: string
  readonly kind: 'oidc' | 'saml'
  readonly begin: string
}

/** SsoSettingsOidcItemInput, as the API writes it. */
export type SsoSettingsOidcItemInput = {
  readonly title: string
  readonly trustEmail?: boolean | undefined
  readonly createUsers?: boolean | undefined
  readonly domains?: readonly (string)[] | undefined
  readonly roles?: readonly (string)[] | undefined
  readonly rolesOfGroups?: { readonly [name: string]: readonly (string)[] } | undefined
  readonly kind?: "oidc" | undefined
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly scopes?: readonly (string)[] | undefined
  readonly groupsClaim?: string | undefined
}

/** SsoSettingsSamlItemInput, as the API writes it. */
export type SsoSettingsSamlItemInput = {
  readonly title: string
  readonly trustEmail?: boolean | undefined
  readonly createUsers?: boolean | undefined
  readonly domains?: readonly (string)[] | undefined
  readonly roles?: readonly (string)[] | undefined
  readonly rolesOfGroups?: { readonly [name: string]: readonly (string)[] } | undefined
  readonly kind?: "saml" | undefined
  readonly entityId: string
  readonly signInUrl: string
  readonly certificates: readonly (string)[]
  readonly emailAttribute?: string | undefined
  readonly nameAttribute?: string | undefined
  readonly groupsAttribute?: string | undefined
}

/** StoredError, as the API writes it. */
export type StoredError = {
  readonly code: string
  readonly message: string
  readonly stack?: string | undefined
}

/** StoredErrorDetail, as the API writes it. */
export type StoredErrorDetail = {
  readonly fingerprint: string
  readonly org: string
  readonly job: string
  readonly error: StoredError
  readonly count: number
  readonly retrying: number
  readonly firstAt: string
  readonly lastAt: string
  readonly lastRunId: number
  readonly hours: readonly (number)[]
  readonly state: 'open' | 'returned' | 'muted' | 'resolved'
  readonly assignee?: {
    readonly id: string
    readonly name: string
  } | undefined
  readonly mutedAt?: string | undefined
  readonly mutedUntil?: string | undefined
  readonly resolvedAt?: string | undefined
  readonly returnedAt?: string | undefined
}

/** StoredProblem, as the API writes it. */
export type StoredProblem = {
  readonly fault: string
  readonly sequence?: number | undefined
  readonly id?: string | undefined
  readonly message: string
}

/** User, as the API writes it. */
export type User = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly (string)[]
  readonly createdAt: string
  readonly disabledAt?: string | undefined
}

/** View, as the API writes it. */
export type View = {
  readonly id: string
  readonly list: string
  readonly name: string
  readonly filter: string
  readonly hiddenColumns?: readonly (string)[] | undefined
  readonly shared: boolean
  readonly own: boolean
  readonly changeable: boolean
  readonly isDefault: boolean
  readonly updatedAt: string
}

/** ViewInput, as the API writes it. */
export type ViewInput = {
  readonly name?: string | undefined
  readonly filter?: string | undefined
  readonly shared?: boolean | undefined
}

/** ViewInputDetail, as the API writes it. */
export type ViewInputDetail = {
  readonly list: 'runs' | 'workflows' | 'errors' | 'audit' | 'schedules' | 'alerts' | 'events'
  readonly name: string
  readonly filter: string
  readonly hiddenColumns?: readonly (string)[] | undefined
  readonly shared?: boolean | undefined
}

/** Vitals, as the API writes it. */
export type Vitals = {
  readonly version?: string | undefined
  readonly node: string
  readonly pid: number
  readonly rssBytes: number
  readonly heapBytes: number
  readonly loopDelayMs: number
  readonly at: string
}

/** WaitingFor, as the API writes it. */
export type WaitingFor = {
  readonly step: string
  readonly signal: string
  readonly key?: string | undefined
  readonly payload?: unknown | undefined
}

/** Waits, as the API writes it. */
export type Waits = {
  readonly runs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly recent: readonly (number)[]
}

/** Worker, as the API writes it. */
export type Worker = {
  readonly epoch: number
  readonly name: string
  readonly startedAt: string
  readonly beatAt: string
  readonly alive: boolean
  readonly running: number
  readonly runIds: readonly (number)[]
  readonly queues: readonly (string)[]
  readonly drainingAt?: string | undefined
  readonly vitals?: Vitals | undefined
}

/** Workflow, as the API writes it. */
export type Workflow = {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly job: string
  readonly priority: 'urgent' | 'high' | 'normal' | 'low'
  readonly state: 'scheduled' | 'waiting' | 'queued' | 'blocked' | 'parked' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly (string)[]
  readonly workflow?: boolean | undefined
  readonly createdAt: string
  readonly startedAt?: string | undefined
  readonly dueAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly durationMs?: number | undefined
  readonly estimatedMs?: number | undefined
  readonly error?: StoredError | undefined
  readonly maxAttempts?: number | undefined
  readonly progress?: Progress | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly traceId?: string | undefined
  readonly cancelRequested?: boolean | undefined
  readonly attempts: readonly (Attempt)[]
  readonly result?: unknown | undefined
  readonly own?: true | undefined
  readonly version: number
  readonly generation: number
  readonly published?: unknown | undefined
  readonly pausedAt?: string | undefined
  readonly pauseReason?: string | undefined
  readonly ending?: {
    readonly state: 'failed' | 'cancelled'
    readonly error: StoredError
  } | undefined
  readonly forkedFrom?: number | undefined
  readonly waitingFor: readonly (WaitingFor)[]
}

/** WorkflowStep, as the API writes it. */
export type WorkflowStep = {
  readonly name: string
  readonly kind: 'step' | 'call' | 'many' | 'sleep' | 'wait' | 'signal'
  readonly state: 'begun' | 'retry' | 'pending' | 'ended' | 'again' | 'done' | 'failed' | 'undoing' | 'undone' | 'abandoned'
  readonly beside?: true | undefined
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt?: string | undefined
  readonly dueAt?: string | undefined
  readonly childRunIds?: readonly (number)[] | undefined
  readonly batchId?: number | undefined
  readonly result?: unknown | undefined
  readonly error?: StoredError | undefined
}

/** Answer of {@link getMe}. */
export type GetMeOutput = Me

/** Who is asking, in which organisation, and what is permitted. `GET /api/v1/me`. */
export function getMe(client: Client, options?: CallOptions): Promise<GetMeOutput> {
  return client.call<GetMeOutput>({ method: 'GET', path: '/api/v1/me' }, {}, options)
}

/** Input of {@link patchMe}. */
export type PatchMeInput = {
  readonly name?: string | undefined
  readonly language?: 'en' | 'fr' | undefined
}

/** Answer of {@link patchMe}. */
export type PatchMeOutput = {
  readonly name: string
  readonly language?: 'en' | 'fr' | undefined
}

/** Change how one is called, or in which language one is written to. `PATCH /api/v1/me`. */
export function patchMe(client: Client, input: PatchMeInput = {}, options?: CallOptions): Promise<PatchMeOutput> {
  return client.call<PatchMeOutput>({ method: 'PATCH', path: '/api/v1/me' }, input, options)
}

/** Answer of {@link putMeTour}. */
export type PutMeTourOutput = null

/** Say that one has seen the console's tour: it does not come back, in no browser and no organisation. `PUT /api/v1/me/tour`. */
export function putMeTour(client: Client, options?: CallOptions): Promise<PutMeTourOutput> {
  return client.call<PutMeTourOutput>({ method: 'PUT', path: '/api/v1/me/tour' }, {}, options)
}

/** Answer of {@link getMeSessions}. */
export type GetMeSessionsOutput = {
  readonly items: readonly (MeSession)[]
}

/** List one's own live sessions, the newest first. `GET /api/v1/me/sessions`. */
export function getMeSessions(client: Client, options?: CallOptions): Promise<GetMeSessionsOutput> {
  return client.call<GetMeSessionsOutput>({ method: 'GET', path: '/api/v1/me/sessions' }, {}, options)
}

/** Input of {@link deleteMeSessions}. */
export type DeleteMeSessionsInput = {
  readonly keepThis?: boolean | undefined
}

/** Answer of {@link deleteMeSessions}. */
export type DeleteMeSessionsOutput = {
  readonly ended: number
}

/** Sign out everywhere, here too unless told otherwise. `DELETE /api/v1/me/sessions`. */
export function deleteMeSessions(client: Client, input: DeleteMeSessionsInput = {}, options?: CallOptions): Promise<DeleteMeSessionsOutput> {
  return client.call<DeleteMeSessionsOutput>({ method: 'DELETE', path: '/api/v1/me/sessions' }, input, options)
}

/** Input of {@link deleteMeSession}. */
export type DeleteMeSessionInput = {
  readonly id: string
}

/** Answer of {@link deleteMeSession}. */
export type DeleteMeSessionOutput = null

/** End one of one's own sessions. `DELETE /api/v1/me/sessions/:id`. */
export function deleteMeSession(client: Client, input: DeleteMeSessionInput, options?: CallOptions): Promise<DeleteMeSessionOutput> {
  return client.call<DeleteMeSessionOutput>({ method: 'DELETE', path: '/api/v1/me/sessions/:id' }, input, options)
}

/** Input of {@link putMeOrganisation}. */
export type PutMeOrganisationInput = {
  readonly id: string
}

/** Answer of {@link putMeOrganisation}. */
export type PutMeOrganisationOutput = {
  readonly id: string
}

/** Work in another of one's organisations. `PUT /api/v1/me/organisation`. */
export function putMeOrganisation(client: Client, input: PutMeOrganisationInput, options?: CallOptions): Promise<PutMeOrganisationOutput> {
  return client.call<PutMeOrganisationOutput>({ method: 'PUT', path: '/api/v1/me/organisation' }, input, options)
}

/** Answer of {@link getMeOrganisation}. */
export type GetMeOrganisationOutput = MeOrganisation

/** What one’s own organisation is called, and what it has: people, runs, rows of each app. `GET /api/v1/me/organisation`. Needs `organisation.manage`. */
export function getMeOrganisation(client: Client, options?: CallOptions): Promise<GetMeOrganisationOutput> {
  return client.call<GetMeOrganisationOutput>({ method: 'GET', path: '/api/v1/me/organisation' }, {}, options)
}

/** Input of {@link patchMeOrganisation}. */
export type PatchMeOrganisationInput = {
  readonly name: string
}

/** Answer of {@link patchMeOrganisation}. */
export type PatchMeOrganisationOutput = OrganisationDetail

/** Rename one’s own organisation. `PATCH /api/v1/me/organisation`. Needs `organisation.manage`. */
export function patchMeOrganisation(client: Client, input: PatchMeOrganisationInput, options?: CallOptions): Promise<PatchMeOrganisationOutput> {
  return client.call<PatchMeOrganisationOutput>({ method: 'PATCH', path: '/api/v1/me/organisation' }, input, options)
}

/** Answer of {@link deleteMeImpersonation}. */
export type DeleteMeImpersonationOutput = null

/** Stop looking through the eyes of another. `DELETE /api/v1/me/impersonation`. */
export function deleteMeImpersonation(client: Client, options?: CallOptions): Promise<DeleteMeImpersonationOutput> {
  return client.call<DeleteMeImpersonationOutput>({ method: 'DELETE', path: '/api/v1/me/impersonation' }, {}, options)
}

/** Input of {@link postMeToken}. */
export type PostMeTokenInput = {
  readonly audience?: string | undefined
}

/** Answer of {@link postMeToken}. */
export type PostMeTokenOutput = {
  readonly token: string
  readonly expiresInSeconds: number
}

/** An access token (JWT) of five minutes, with the rights of the session or key that asks. `POST /api/v1/me/token`. */
export function postMeToken(client: Client, input: PostMeTokenInput = {}, options?: CallOptions): Promise<PostMeTokenOutput> {
  return client.call<PostMeTokenOutput>({ method: 'POST', path: '/api/v1/me/token' }, input, options)
}

/** Answer of {@link getAuthJwks}. */
export type GetAuthJwksOutput = {
  readonly keys: readonly ({
    readonly kid: string
    readonly kty: string
  })[]
}

/** The public keys that verify access tokens (JWK set). `GET /api/v1/auth/jwks`. */
export function getAuthJwks(client: Client, options?: CallOptions): Promise<GetAuthJwksOutput> {
  return client.call<GetAuthJwksOutput>({ method: 'GET', path: '/api/v1/auth/jwks' }, {}, options)
}

/** Input of {@link getUsers}. */
export type GetUsersInput = {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly q?: string | undefined
  readonly role?: string | undefined
}

/** Answer of {@link getUsers}. */
export type GetUsersOutput = {
  readonly items: readonly (User)[]
  readonly next?: string | undefined
}

/** List the users of the organisation, by e-mail address. `GET /api/v1/users`. Needs `users.read`. */
export function getUsers(client: Client, input: GetUsersInput = {}, options?: CallOptions): Promise<GetUsersOutput> {
  return client.call<GetUsersOutput>({ method: 'GET', path: '/api/v1/users' }, input, options)
}

/** Input of {@link getUser}. */
export type GetUserInput = {
  readonly id: string
}

/** Answer of {@link getUser}. */
export type GetUserOutput = User

/** Show a user. `GET /api/v1/users/:id`. Needs `users.read`. */
export function getUser(client: Client, input: GetUserInput, options?: CallOptions): Promise<GetUserOutput> {
  return client.call<GetUserOutput>({ method: 'GET', path: '/api/v1/users/:id' }, input, options)
}

/** Input of {@link deleteUser}. */
export type DeleteUserInput = {
  readonly id: string
}

/** Answer of {@link deleteUser}. */
export type DeleteUserOutput = null

/** Remove a user from the organisation. `DELETE /api/v1/users/:id`. Needs `users.manage`. */
export function deleteUser(client: Client, input: DeleteUserInput, options?: CallOptions): Promise<DeleteUserOutput> {
  return client.call<DeleteUserOutput>({ method: 'DELETE', path: '/api/v1/users/:id' }, input, options)
}

/** Input of {@link putUserRoles}. */
export type PutUserRolesInput = {
  readonly id: string
  readonly roles: readonly (string)[]
}

/** Answer of {@link putUserRoles}. */
export type PutUserRolesOutput = User

/** Give a user exactly these roles. `PUT /api/v1/users/:id/roles`. Needs `users.manage`. */
export function putUserRoles(client: Client, input: PutUserRolesInput, options?: CallOptions): Promise<PutUserRolesOutput> {
  return client.call<PutUserRolesOutput>({ method: 'PUT', path: '/api/v1/users/:id/roles' }, input, options)
}

/** Input of {@link postUserDisable}. */
export type PostUserDisableInput = {
  readonly id: string
}

/** Answer of {@link postUserDisable}. */
export type PostUserDisableOutput = User

/** Shut a user out: sessions end, sign-in is refused. `POST /api/v1/users/:id/disable`. Needs `users.manage`. */
export function postUserDisable(client: Client, input: PostUserDisableInput, options?: CallOptions): Promise<PostUserDisableOutput> {
  return client.call<PostUserDisableOutput>({ method: 'POST', path: '/api/v1/users/:id/disable' }, input, options)
}

/** Input of {@link postUserEnable}. */
export type PostUserEnableInput = {
  readonly id: string
}

/** Answer of {@link postUserEnable}. */
export type PostUserEnableOutput = User

/** Let a disabled user in again. `POST /api/v1/users/:id/enable`. Needs `users.manage`. */
export function postUserEnable(client: Client, input: PostUserEnableInput, options?: CallOptions): Promise<PostUserEnableOutput> {
  return client.call<PostUserEnableOutput>({ method: 'POST', path: '/api/v1/users/:id/enable' }, input, options)
}

/** Input of {@link postUserResetPassword}. */
export type PostUserResetPasswordInput = {
  readonly id: string
}

/** Answer of {@link postUserResetPassword}. */
export type PostUserResetPasswordOutput = {
  readonly sentTo: string
  readonly delivery: 'mail' | 'outbox'
}

/** Send a user the link with which a new password is chosen. `POST /api/v1/users/:id/reset-password`. Needs `users.manage`. */
export function postUserResetPassword(client: Client, input: PostUserResetPasswordInput, options?: CallOptions): Promise<PostUserResetPasswordOutput> {
  return client.call<PostUserResetPasswordOutput>({ method: 'POST', path: '/api/v1/users/:id/reset-password' }, input, options)
}

/** Answer of {@link getInvitations}. */
export type GetInvitationsOutput = {
  readonly items: readonly (Invitation)[]
}

/** List open invitations, the newest first. `GET /api/v1/invitations`. Needs `users.read`. */
export function getInvitations(client: Client, options?: CallOptions): Promise<GetInvitationsOutput> {
  return client.call<GetInvitationsOutput>({ method: 'GET', path: '/api/v1/invitations' }, {}, options)
}

/** Input of {@link postInvitations}. */
export type PostInvitationsInput = {
  readonly email: string
  readonly roles: readonly (string)[]
}

/** Answer of {@link postInvitations}. */
export type PostInvitationsOutput = InvitationDetail

/** Invite somebody by e-mail. `POST /api/v1/invitations`. Needs `users.manage`. */
export function postInvitations(client: Client, input: PostInvitationsInput, options?: CallOptions): Promise<PostInvitationsOutput> {
  return client.call<PostInvitationsOutput>({ method: 'POST', path: '/api/v1/invitations' }, input, options)
}

/** Input of {@link deleteInvitation}. */
export type DeleteInvitationInput = {
  readonly id: string
}

/** Answer of {@link deleteInvitation}. */
export type DeleteInvitationOutput = null

/** Withdraw an invitation. `DELETE /api/v1/invitations/:id`. Needs `users.manage`. */
export function deleteInvitation(client: Client, input: DeleteInvitationInput, options?: CallOptions): Promise<DeleteInvitationOutput> {
  return client.call<DeleteInvitationOutput>({ method: 'DELETE', path: '/api/v1/invitations/:id' }, input, options)
}

/** Input of {@link postInvitationsLook}. */
export type PostInvitationsLookInput = {
  readonly token: string
}

/** Answer of {@link postInvitationsLook}. */
export type PostInvitationsLookOutput = InvitationsLook

/** What an invitation is for, with its link. `POST /api/v1/invitations/look`. */
export function postInvitationsLook(client: Client, input: PostInvitationsLookInput, options?: CallOptions): Promise<PostInvitationsLookOutput> {
  return client.call<PostInvitationsLookOutput>({ method: 'POST', path: '/api/v1/invitations/look' }, input, options)
}

/** Input of {@link postInvitationsAccept}. */
export type PostInvitationsAcceptInput = InvitationsAcceptInput

/** Answer of {@link postInvitationsAccept}. */
export type PostInvitationsAcceptOutput = {
  readonly email: string
}

/** Accept an invitation, with its link: choose a password, or prove an account with its own. `POST /api/v1/invitations/accept`. */
export function postInvitationsAccept(client: Client, input: PostInvitationsAcceptInput, options?: CallOptions): Promise<PostInvitationsAcceptOutput> {
  return client.call<PostInvitationsAcceptOutput>({ method: 'POST', path: '/api/v1/invitations/accept' }, input, options)
}

/** Answer of {@link getRoles}. */
export type GetRolesOutput = {
  readonly items: readonly (RoleDetail)[]
  readonly permissions: readonly ({
    readonly name: string
    readonly about: {
      readonly en: string
      readonly fr: string
    }
  })[]
}

/** List roles with how many people have each, and permissions. `GET /api/v1/roles`. Needs `users.read`. */
export function getRoles(client: Client, options?: CallOptions): Promise<GetRolesOutput> {
  return client.call<GetRolesOutput>({ method: 'GET', path: '/api/v1/roles' }, {}, options)
}

/** Input of {@link putRole}. */
export type PutRoleInput = {
  readonly name: string
  readonly permissions: readonly (string)[]
}

/** Answer of {@link putRole}. */
export type PutRoleOutput = Role

/** Make or change a role of the organisation's own. `PUT /api/v1/roles/:name`. Needs `users.manage`. */
export function putRole(client: Client, input: PutRoleInput, options?: CallOptions): Promise<PutRoleOutput> {
  return client.call<PutRoleOutput>({ method: 'PUT', path: '/api/v1/roles/:name' }, input, options)
}

/** Input of {@link deleteRole}. */
export type DeleteRoleInput = {
  readonly name: string
}

/** Answer of {@link deleteRole}. */
export type DeleteRoleOutput = null

/** Remove a role of the organisation's own. `DELETE /api/v1/roles/:name`. Needs `users.manage`. */
export function deleteRole(client: Client, input: DeleteRoleInput, options?: CallOptions): Promise<DeleteRoleOutput> {
  return client.call<DeleteRoleOutput>({ method: 'DELETE', path: '/api/v1/roles/:name' }, input, options)
}

/** Answer of {@link getKeys}. */
export type GetKeysOutput = {
  readonly items: readonly (Key)[]
}

/** List API keys, the newest first. `GET /api/v1/keys`. Needs `users.read`. */
export function getKeys(client: Client, options?: CallOptions): Promise<GetKeysOutput> {
  return client.call<GetKeysOutput>({ method: 'GET', path: '/api/v1/keys' }, {}, options)
}

/** Input of {@link postKeys}. */
export type PostKeysInput = KeyInput

/** Answer of {@link postKeys}. */
export type PostKeysOutput = KeyDetail

/** Make an API key; the key itself is answered this once. `POST /api/v1/keys`. Needs `users.manage`. */
export function postKeys(client: Client, input: PostKeysInput, options?: CallOptions): Promise<PostKeysOutput> {
  return client.call<PostKeysOutput>({ method: 'POST', path: '/api/v1/keys' }, input, options)
}

/** Input of {@link deleteKey}. */
export type DeleteKeyInput = {
  readonly id: string
}

/** Answer of {@link deleteKey}. */
export type DeleteKeyOutput = null

/** Revoke an API key. `DELETE /api/v1/keys/:id`. Needs `users.manage`. */
export function deleteKey(client: Client, input: DeleteKeyInput, options?: CallOptions): Promise<DeleteKeyOutput> {
  return client.call<DeleteKeyOutput>({ method: 'DELETE', path: '/api/v1/keys/:id' }, input, options)
}

/** Answer of {@link getMeKeys}. */
export type GetMeKeysOutput = {
  readonly items: readonly (Key)[]
}

/** List one's own API keys, the newest first. `GET /api/v1/me/keys`. */
export function getMeKeys(client: Client, options?: CallOptions): Promise<GetMeKeysOutput> {
  return client.call<GetMeKeysOutput>({ method: 'GET', path: '/api/v1/me/keys' }, {}, options)
}

/** Input of {@link postMeKeys}. */
export type PostMeKeysInput = KeyInput

/** Answer of {@link postMeKeys}. */
export type PostMeKeysOutput = KeyDetail

/** Make an API key of one’s own; the key itself is answered this once. `POST /api/v1/me/keys`. */
export function postMeKeys(client: Client, input: PostMeKeysInput, options?: CallOptions): Promise<PostMeKeysOutput> {
  return client.call<PostMeKeysOutput>({ method: 'POST', path: '/api/v1/me/keys' }, input, options)
}

/** Input of {@link deleteMeKey}. */
export type DeleteMeKeyInput = {
  readonly id: string
}

/** Answer of {@link deleteMeKey}. */
export type DeleteMeKeyOutput = null

/** Revoke one of one's own API keys. `DELETE /api/v1/me/keys/:id`. */
export function deleteMeKey(client: Client, input: DeleteMeKeyInput, options?: CallOptions): Promise<DeleteMeKeyOutput> {
  return client.call<DeleteMeKeyOutput>({ method: 'DELETE', path: '/api/v1/me/keys/:id' }, input, options)
}

/** Input of {@link getOrganisations}. */
export type GetOrganisationsInput = {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getOrganisations}. */
export type GetOrganisationsOutput = {
  readonly items: readonly (OrganisationDetail)[]
  readonly next?: string | undefined
}

/** List the organisations of this installation, by id, closed ones too. `GET /api/v1/organisations`. Needs `organisations.manage`. */
export function getOrganisations(client: Client, input: GetOrganisationsInput = {}, options?: CallOptions): Promise<GetOrganisationsOutput> {
  return client.call<GetOrganisationsOutput>({ method: 'GET', path: '/api/v1/organisations' }, input, options)
}

/** Input of {@link postOrganisations}. */
export type PostOrganisationsInput = {
  readonly name: string
  readonly owner?: string | undefined
}

/** Answer of {@link postOrganisations}. */
export type PostOrganisationsOutput = OrganisationDetail2

/** Make an organisation, owned by oneself or by somebody who is invited. `POST /api/v1/organisations`. Needs `organisations.manage`. */
export function postOrganisations(client: Client, input: PostOrganisationsInput, options?: CallOptions): Promise<PostOrganisationsOutput> {
  return client.call<PostOrganisationsOutput>({ method: 'POST', path: '/api/v1/organisations' }, input, options)
}

/** Input of {@link getSessions}. */
export type GetSessionsInput = {
  readonly user?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getSessions}. */
export type GetSessionsOutput = {
  readonly items: readonly (MeSession)[]
  readonly next?: string | undefined
}

/** List the live sessions that work in the organisation, or those of one member, the newest first. `GET /api/v1/sessions`. Needs `users.read`. */
export function getSessions(client: Client, input: GetSessionsInput = {}, options?: CallOptions): Promise<GetSessionsOutput> {
  return client.call<GetSessionsOutput>({ method: 'GET', path: '/api/v1/sessions' }, input, options)
}

/** Input of {@link deleteSession}. */
export type DeleteSessionInput = {
  readonly id: string
}

/** Answer of {@link deleteSession}. */
export type DeleteSessionOutput = null

/** End a session that works in the organisation. `DELETE /api/v1/sessions/:id`. Needs `users.manage`. */
export function deleteSession(client: Client, input: DeleteSessionInput, options?: CallOptions): Promise<DeleteSessionOutput> {
  return client.call<DeleteSessionOutput>({ method: 'DELETE', path: '/api/v1/sessions/:id' }, input, options)
}

/** Input of {@link postUserImpersonate}. */
export type PostUserImpersonateInput = {
  readonly id: string
}

/** Answer of {@link postUserImpersonate}. */
export type PostUserImpersonateOutput = {
  readonly expiresAt: string
}

/** Look through the eyes of a user for an hour. `POST /api/v1/users/:id/impersonate`. Needs `users.manage`. */
export function postUserImpersonate(client: Client, input: PostUserImpersonateInput, options?: CallOptions): Promise<PostUserImpersonateOutput> {
  return client.call<PostUserImpersonateOutput>({ method: 'POST', path: '/api/v1/users/:id/impersonate' }, input, options)
}

/** Answer of {@link getMeSecondFactor}. */
export type GetMeSecondFactorOutput = MeSecondFactor

/** How your second factor stands, and what this session still has to do. `GET /api/v1/me/second-factor`. */
export function getMeSecondFactor(client: Client, options?: CallOptions): Promise<GetMeSecondFactorOutput> {
  return client.call<GetMeSecondFactorOutput>({ method: 'GET', path: '/api/v1/me/second-factor' }, {}, options)
}

/** Input of {@link postMeSecondFactorVerify}. */
export type PostMeSecondFactorVerifyInput = {
  readonly code?: string | undefined
  readonly backupCode?: string | undefined
}

/** Answer of {@link postMeSecondFactorVerify}. */
export type PostMeSecondFactorVerifyOutput = null

/** Show your second factor: a code of your app, or a backup code. `POST /api/v1/me/second-factor/verify`. */
export function postMeSecondFactorVerify(client: Client, input: PostMeSecondFactorVerifyInput = {}, options?: CallOptions): Promise<PostMeSecondFactorVerifyOutput> {
  return client.call<PostMeSecondFactorVerifyOutput>({ method: 'POST', path: '/api/v1/me/second-factor/verify' }, input, options)
}

/** Input of {@link postMeProof}. */
export type PostMeProofInput = {
  readonly password: string
}

/** Answer of {@link postMeProof}. */
export type PostMeProofOutput = null

/** Give your password again, where an answer was PROOF_STALE; it holds for ten minutes of this session. `POST /api/v1/me/proof`. */
export function postMeProof(client: Client, input: PostMeProofInput, options?: CallOptions): Promise<PostMeProofOutput> {
  return client.call<PostMeProofOutput>({ method: 'POST', path: '/api/v1/me/proof' }, input, options)
}

/** Input of {@link postMeSecondFactorTotp}. */
export type PostMeSecondFactorTotpInput = {
  readonly password?: string | undefined
}

/** Answer of {@link postMeSecondFactorTotp}. */
export type PostMeSecondFactorTotpOutput = MeSecondFactorTotp

/** Begin with an authenticator app; the secret is shown once. `POST /api/v1/me/second-factor/totp`. */
export function postMeSecondFactorTotp(client: Client, input: PostMeSecondFactorTotpInput = {}, options?: CallOptions): Promise<PostMeSecondFactorTotpOutput> {
  return client.call<PostMeSecondFactorTotpOutput>({ method: 'POST', path: '/api/v1/me/second-factor/totp' }, input, options)
}

/** Input of {@link postMeSecondFactorTotpConfirm}. */
export type PostMeSecondFactorTotpConfirmInput = {
  readonly code: string
}

/** Answer of {@link postMeSecondFactorTotpConfirm}. */
export type PostMeSecondFactorTotpConfirmOutput = {
  readonly backupCodes: readonly (string)[]
}

/** End it with a first code; the backup codes are shown once. `POST /api/v1/me/second-factor/totp/confirm`. */
export function postMeSecondFactorTotpConfirm(client: Client, input: PostMeSecondFactorTotpConfirmInput, options?: CallOptions): Promise<PostMeSecondFactorTotpConfirmOutput> {
  return client.call<PostMeSecondFactorTotpConfirmOutput>({ method: 'POST', path: '/api/v1/me/second-factor/totp/confirm' }, input, options)
}

/** Input of {@link postMeSecondFactorBackupCodes}. */
export type PostMeSecondFactorBackupCodesInput = {
  readonly code?: string | undefined
  readonly backupCode?: string | undefined
}

/** Answer of {@link postMeSecondFactorBackupCodes}. */
export type PostMeSecondFactorBackupCodesOutput = {
  readonly backupCodes: readonly (string)[]
}

/** New backup codes in the place of the old ones. `POST /api/v1/me/second-factor/backup-codes`. */
export function postMeSecondFactorBackupCodes(client: Client, input: PostMeSecondFactorBackupCodesInput = {}, options?: CallOptions): Promise<PostMeSecondFactorBackupCodesOutput> {
  return client.call<PostMeSecondFactorBackupCodesOutput>({ method: 'POST', path: '/api/v1/me/second-factor/backup-codes' }, input, options)
}

/** Input of {@link postMeSecondFactorDisable}. */
export type PostMeSecondFactorDisableInput = {
  readonly code?: string | undefined
  readonly backupCode?: string | undefined
}

/** Answer of {@link postMeSecondFactorDisable}. */
export type PostMeSecondFactorDisableOutput = null

/** Remove your authenticator and your backup codes. `POST /api/v1/me/second-factor/disable`. */
export function postMeSecondFactorDisable(client: Client, input: PostMeSecondFactorDisableInput = {}, options?: CallOptions): Promise<PostMeSecondFactorDisableOutput> {
  return client.call<PostMeSecondFactorDisableOutput>({ method: 'POST', path: '/api/v1/me/second-factor/disable' }, input, options)
}

/** Answer of {@link getSecondFactorPolicy}. */
export type GetSecondFactorPolicyOutput = {
  readonly required: boolean
}

/** Whether the organisation wants a second factor of everybody. `GET /api/v1/second-factor/policy`. Needs `users.read`. */
export function getSecondFactorPolicy(client: Client, options?: CallOptions): Promise<GetSecondFactorPolicyOutput> {
  return client.call<GetSecondFactorPolicyOutput>({ method: 'GET', path: '/api/v1/second-factor/policy' }, {}, options)
}

/** Input of {@link putSecondFactorPolicy}. */
export type PutSecondFactorPolicyInput = {
  readonly required: boolean
}

/** Answer of {@link putSecondFactorPolicy}. */
export type PutSecondFactorPolicyOutput = {
  readonly required: boolean
}

/** Want a second factor of everybody, or no longer. `PUT /api/v1/second-factor/policy`. Needs `users.manage`. */
export function putSecondFactorPolicy(client: Client, input: PutSecondFactorPolicyInput, options?: CallOptions): Promise<PutSecondFactorPolicyOutput> {
  return client.call<PutSecondFactorPolicyOutput>({ method: 'PUT', path: '/api/v1/second-factor/policy' }, input, options)
}

/** Input of {@link postUserSecondFactorReset}. */
export type PostUserSecondFactorResetInput = {
  readonly user: string
}

/** Answer of {@link postUserSecondFactorReset}. */
export type PostUserSecondFactorResetOutput = null

/** Take the second factor of somebody away who has lost it. `POST /api/v1/users/:user/second-factor/reset`. Needs `users.manage`. */
export function postUserSecondFactorReset(client: Client, input: PostUserSecondFactorResetInput, options?: CallOptions): Promise<PostUserSecondFactorResetOutput> {
  return client.call<PostUserSecondFactorResetOutput>({ method: 'POST', path: '/api/v1/users/:user/second-factor/reset' }, input, options)
}

/** Answer of {@link getMePasskeys}. */
export type GetMePasskeysOutput = {
  readonly items: readonly (MePasskey)[]
}

/** List your passkeys. `GET /api/v1/me/passkeys`. */
export function getMePasskeys(client: Client, options?: CallOptions): Promise<GetMePasskeysOutput> {
  return client.call<GetMePasskeysOutput>({ method: 'GET', path: '/api/v1/me/passkeys' }, {}, options)
}

/** Input of {@link postMePasskeys}. */
export type PostMePasskeysInput = {
  readonly name: string
  readonly response: {
    readonly id: string
    readonly rawId: string
    readonly type: "public-key"
    readonly clientExtensionResults: { readonly [name: string]: unknown }
    readonly response: {
      readonly clientDataJSON: string
      readonly attestationObject: string
    }
  }
}

/** Answer of {@link postMePasskeys}. */
export type PostMePasskeysOutput = MePasskey

/** Register the passkey that the browser made. `POST /api/v1/me/passkeys`. */
export function postMePasskeys(client: Client, input: PostMePasskeysInput, options?: CallOptions): Promise<PostMePasskeysOutput> {
  return client.call<PostMePasskeysOutput>({ method: 'POST', path: '/api/v1/me/passkeys' }, input, options)
}

/** Input of {@link postMePasskeysBegin}. */
export type PostMePasskeysBeginInput = {
  readonly password?: string | undefined
}

/** Answer of {@link postMePasskeysBegin}. */
export type PostMePasskeysBeginOutput = {
  readonly options: unknown
}

/** What the browser needs to make a passkey. `POST /api/v1/me/passkeys/begin`. */
export function postMePasskeysBegin(client: Client, input: PostMePasskeysBeginInput = {}, options?: CallOptions): Promise<PostMePasskeysBeginOutput> {
  return client.call<PostMePasskeysBeginOutput>({ method: 'POST', path: '/api/v1/me/passkeys/begin' }, input, options)
}

/** Input of {@link postMePasskeyRemove}. */
export type PostMePasskeyRemoveInput = {
  readonly id: string
  readonly password?: string | undefined
}

/** Answer of {@link postMePasskeyRemove}. */
export type PostMePasskeyRemoveOutput = null

/** Remove a passkey. `POST /api/v1/me/passkeys/:id/remove`. */
export function postMePasskeyRemove(client: Client, input: PostMePasskeyRemoveInput, options?: CallOptions): Promise<PostMePasskeyRemoveOutput> {
  return client.call<PostMePasskeyRemoveOutput>({ method: 'POST', path: '/api/v1/me/passkeys/:id/remove' }, input, options)
}

/** Answer of {@link postPasskeysBegin}. */
export type PostPasskeysBeginOutput = {
  readonly options: unknown
}

/** What the browser needs to use a passkey. `POST /api/v1/passkeys/begin`. */
export function postPasskeysBegin(client: Client, options?: CallOptions): Promise<PostPasskeysBeginOutput> {
  return client.call<PostPasskeysBeginOutput>({ method: 'POST', path: '/api/v1/passkeys/begin' }, {}, options)
}

/** Input of {@link postPasskeysSignIn}. */
export type PostPasskeysSignInInput = {
  readonly response: ResponseInputDetail
}

/** Answer of {@link postPasskeysSignIn}. */
export type PostPasskeysSignInOutput = null

/** Sign in with a passkey. `POST /api/v1/passkeys/sign-in`. */
export function postPasskeysSignIn(client: Client, input: PostPasskeysSignInInput, options?: CallOptions): Promise<PostPasskeysSignInOutput> {
  return client.call<PostPasskeysSignInOutput>({ method: 'POST', path: '/api/v1/passkeys/sign-in' }, input, options)
}

/** Input of {@link postMeSecondFactorPasskey}. */
export type PostMeSecondFactorPasskeyInput = {
  readonly response: ResponseInputDetail
}

/** Answer of {@link postMeSecondFactorPasskey}. */
export type PostMeSecondFactorPasskeyOutput = null

/** Show a passkey as your second factor. `POST /api/v1/me/second-factor/passkey`. */
export function postMeSecondFactorPasskey(client: Client, input: PostMeSecondFactorPasskeyInput, options?: CallOptions): Promise<PostMeSecondFactorPasskeyOutput> {
  return client.call<PostMeSecondFactorPasskeyOutput>({ method: 'POST', path: '/api/v1/me/second-factor/passkey' }, input, options)
}

/** Answer of {@link getSsoProviders}. */
export type GetSsoProvidersOutput = {
  readonly items: readonly (SsoProvider)[]
}

/** List the identity providers one may come in by. `GET /api/v1/sso/providers`. */
export function getSsoProviders(client: Client, options?: CallOptions): Promise<GetSsoProvidersOutput> {
  return client.call<GetSsoProvidersOutput>({ method: 'GET', path: '/api/v1/sso/providers' }, {}, options)
}

/** Input of {@link getSsoItemBegin}. */
export type GetSsoItemBeginInput = {
  readonly provider: string
  readonly next?: string | undefined
}

/** Answer of {@link getSsoItemBegin}. */
export type GetSsoItemBeginOutput = null

/** Begin to come in by an identity provider: sends the browser there. `GET /api/v1/sso/:provider/begin`. */
export function getSsoItemBegin(client: Client, input: GetSsoItemBeginInput, options?: CallOptions): Promise<GetSsoItemBeginOutput> {
  return client.call<GetSsoItemBeginOutput>({ method: 'GET', path: '/api/v1/sso/:provider/begin' }, input, options)
}

/** Input of {@link getSsoItemCallback}. */
export type GetSsoItemCallbackInput = {
  readonly provider: string
  readonly code?: string | undefined
  readonly state?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

/** Answer of {@link getSsoItemCallback}. */
export type GetSsoItemCallbackOutput = null

/** Where OpenID Connect providers send browsers back to. `GET /api/v1/sso/:provider/callback`. */
export function getSsoItemCallback(client: Client, input: GetSsoItemCallbackInput, options?: CallOptions): Promise<GetSsoItemCallbackOutput> {
  return client.call<GetSsoItemCallbackOutput>({ method: 'GET', path: '/api/v1/sso/:provider/callback' }, input, options)
}

/** Input of {@link getSsoItemEnd}. */
export type GetSsoItemEndInput = {
  readonly provider: string
  readonly state: string
}

/** Answer of {@link getSsoItemEnd}. */
export type GetSsoItemEndOutput = null

/** Where a browser goes once its SAML provider has answered. `GET /api/v1/sso/:provider/end`. */
export function getSsoItemEnd(client: Client, input: GetSsoItemEndInput, options?: CallOptions): Promise<GetSsoItemEndOutput> {
  return client.call<GetSsoItemEndOutput>({ method: 'GET', path: '/api/v1/sso/:provider/end' }, input, options)
}

/** Answer of {@link getSsoSettings}. */
export type GetSsoSettingsOutput = {
  readonly items: readonly ({
    readonly source: 'configuration' | 'administrator'
    readonly provider: Provider | ProviderDetail
  })[]
}

/** List identity providers with their settings, without secrets. `GET /api/v1/sso/settings`. Needs `users.manage`. */
export function getSsoSettings(client: Client, options?: CallOptions): Promise<GetSsoSettingsOutput> {
  return client.call<GetSsoSettingsOutput>({ method: 'GET', path: '/api/v1/sso/settings' }, {}, options)
}

/** Input of {@link putSsoSettingsOidcItem}. */
export type PutSsoSettingsOidcItemInput = {
  readonly id: string
} & SsoSettingsOidcItemInput

/** Answer of {@link putSsoSettingsOidcItem}. */
export type PutSsoSettingsOidcItemOutput = Provider | ProviderDetail

/** Set up an OpenID Connect provider; without a secret the one it has stays. `PUT /api/v1/sso/settings/oidc/:id`. Needs `users.manage`. */
export function putSsoSettingsOidcItem(client: Client, input: PutSsoSettingsOidcItemInput, options?: CallOptions): Promise<PutSsoSettingsOidcItemOutput> {
  return client.call<PutSsoSettingsOidcItemOutput>({ method: 'PUT', path: '/api/v1/sso/settings/oidc/:id' }, input, options)
}

/** Input of {@link putSsoSettingsSamlItem}. */
export type PutSsoSettingsSamlItemInput = {
  readonly id: string
} & SsoSettingsSamlItemInput

/** Answer of {@link putSsoSettingsSamlItem}. */
export type PutSsoSettingsSamlItemOutput = Provider | ProviderDetail

/** Set up a SAML provider. `PUT /api/v1/sso/settings/saml/:id`. Needs `users.manage`. */
export function putSsoSettingsSamlItem(client: Client, input: PutSsoSettingsSamlItemInput, options?: CallOptions): Promise<PutSsoSettingsSamlItemOutput> {
  return client.call<PutSsoSettingsSamlItemOutput>({ method: 'PUT', path: '/api/v1/sso/settings/saml/:id' }, input, options)
}

/** Input of {@link deleteSsoSetting}. */
export type DeleteSsoSettingInput = {
  readonly id: string
}

/** Answer of {@link deleteSsoSetting}. */
export type DeleteSsoSettingOutput = null

/** Remove an identity provider. `DELETE /api/v1/sso/settings/:id`. Needs `users.manage`. */
export function deleteSsoSetting(client: Client, input: DeleteSsoSettingInput, options?: CallOptions): Promise<DeleteSsoSettingOutput> {
  return client.call<DeleteSsoSettingOutput>({ method: 'DELETE', path: '/api/v1/sso/settings/:id' }, input, options)
}

/** Input of {@link postMeOrganisationClose}. */
export type PostMeOrganisationCloseInput = {
  readonly name: string
}

/** Answer of {@link postMeOrganisationClose}. */
export type PostMeOrganisationCloseOutput = OrganisationDetail

/** Delete one’s own organisation: it is closed at once, and what it has is removed once it cannot be restored any more. `POST /api/v1/me/organisation/close`. Needs `organisation.manage`. */
export function postMeOrganisationClose(client: Client, input: PostMeOrganisationCloseInput, options?: CallOptions): Promise<PostMeOrganisationCloseOutput> {
  return client.call<PostMeOrganisationCloseOutput>({ method: 'POST', path: '/api/v1/me/organisation/close' }, input, options)
}

/** Input of {@link getOrganisation}. */
export type GetOrganisationInput = {
  readonly id: string
}

/** Answer of {@link getOrganisation}. */
export type GetOrganisationOutput = MeOrganisation

/** What an organisation of this installation is called, and what it has: people, runs, rows of each app. `GET /api/v1/organisations/:id`. Needs `organisations.manage`. */
export function getOrganisation(client: Client, input: GetOrganisationInput, options?: CallOptions): Promise<GetOrganisationOutput> {
  return client.call<GetOrganisationOutput>({ method: 'GET', path: '/api/v1/organisations/:id' }, input, options)
}

/** Input of {@link patchOrganisation}. */
export type PatchOrganisationInput = {
  readonly id: string
  readonly name: string
}

/** Answer of {@link patchOrganisation}. */
export type PatchOrganisationOutput = OrganisationDetail

/** Rename an organisation of this installation. `PATCH /api/v1/organisations/:id`. Needs `organisations.manage`. */
export function patchOrganisation(client: Client, input: PatchOrganisationInput, options?: CallOptions): Promise<PatchOrganisationOutput> {
  return client.call<PatchOrganisationOutput>({ method: 'PATCH', path: '/api/v1/organisations/:id' }, input, options)
}

/** Input of {@link postOrganisationClose}. */
export type PostOrganisationCloseInput = {
  readonly id: string
  readonly name: string
}

/** Answer of {@link postOrganisationClose}. */
export type PostOrganisationCloseOutput = OrganisationDetail

/** Delete an organisation of this installation: it is closed at once, and what it has is removed once it cannot be restored any more. `POST /api/v1/organisations/:id/close`. Needs `organisations.manage`. */
export function postOrganisationClose(client: Client, input: PostOrganisationCloseInput, options?: CallOptions): Promise<PostOrganisationCloseOutput> {
  return client.call<PostOrganisationCloseOutput>({ method: 'POST', path: '/api/v1/organisations/:id/close' }, input, options)
}

/** Input of {@link postOrganisationRestore}. */
export type PostOrganisationRestoreInput = {
  readonly id: string
}

/** Answer of {@link postOrganisationRestore}. */
export type PostOrganisationRestoreOutput = OrganisationDetail

/** Open an organisation again that was deleted, before its time is over. `POST /api/v1/organisations/:id/restore`. Needs `organisations.manage`. */
export function postOrganisationRestore(client: Client, input: PostOrganisationRestoreInput, options?: CallOptions): Promise<PostOrganisationRestoreOutput> {
  return client.call<PostOrganisationRestoreOutput>({ method: 'POST', path: '/api/v1/organisations/:id/restore' }, input, options)
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
  readonly traceId?: string | undefined
  readonly ids?: string | readonly (string)[] | undefined
  readonly filter?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getRuns}. */
export type GetRunsOutput = {
  readonly items: readonly (Run)[]
  readonly next?: string | undefined
}

/** Search runs, newest first. `GET /api/v1/runs`. Needs `runs.read`. */
export function getRuns(client: Client, input: GetRunsInput = {}, options?: CallOptions): Promise<GetRunsOutput> {
  return client.call<GetRunsOutput>({ method: 'GET', path: '/api/v1/runs' }, input, options)
}

/** Input of {@link postRuns}. */
export type PostRunsInput = RunInput

/** Answer of {@link postRuns}. */
export type PostRunsOutput = {
  readonly id: number
  readonly duplicate: boolean
}

/** Enqueue a run of a job. `POST /api/v1/runs`. Needs `runs.manage`. */
export function postRuns(client: Client, input: PostRunsInput, options?: CallOptions): Promise<PostRunsOutput> {
  return client.call<PostRunsOutput>({ method: 'POST', path: '/api/v1/runs' }, input, options)
}

/** Input of {@link getRun}. */
export type GetRunInput = {
  readonly id: number
}

/** Answer of {@link getRun}. */
export type GetRunOutput = RunDetail

/** Show one run. `GET /api/v1/runs/:id`. Needs `runs.read`, but for what is your own. */
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

/** Cancel a run. `DELETE /api/v1/runs/:id`. Needs `runs.manage`, but for what is your own. */
export function deleteRun(client: Client, input: DeleteRunInput, options?: CallOptions): Promise<DeleteRunOutput> {
  return client.call<DeleteRunOutput>({ method: 'DELETE', path: '/api/v1/runs/:id' }, input, options)
}

/** Input of {@link getRunResult}. */
export type GetRunResultInput = {
  readonly id: number
}

/** Answer of {@link getRunResult}. */
export type GetRunResultOutput = RunResult

/** Show the result of a run, or its state while it has none. `GET /api/v1/runs/:id/result`. Needs `runs.read`, but for what is your own. */
export function getRunResult(client: Client, input: GetRunResultInput, options?: CallOptions): Promise<GetRunResultOutput> {
  return client.call<GetRunResultOutput>({ method: 'GET', path: '/api/v1/runs/:id/result' }, input, options)
}

/** Input of {@link postRunRetry}. */
export type PostRunRetryInput = {
  readonly id: number
  readonly input?: unknown | undefined
  readonly delayMs?: number | undefined
}

/** Answer of {@link postRunRetry}. */
export type PostRunRetryOutput = RunDetail

/** Retry an ended run, or at once one that waits for its next try. `POST /api/v1/runs/:id/retry`. Needs `runs.manage`. */
export function postRunRetry(client: Client, input: PostRunRetryInput, options?: CallOptions): Promise<PostRunRetryOutput> {
  return client.call<PostRunRetryOutput>({ method: 'POST', path: '/api/v1/runs/:id/retry' }, input, options)
}

/** Input of {@link getRunLogs}. */
export type GetRunLogsInput = {
  readonly id: number
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined
  readonly attempt?: number | undefined
  readonly text?: string | undefined
  readonly after?: number | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getRunLogs}. */
export type GetRunLogsOutput = RunLogs

/** List what a run has logged, oldest first. `GET /api/v1/runs/:id/logs`. Needs `runs.read`, but for what is your own. */
export function getRunLogs(client: Client, input: GetRunLogsInput, options?: CallOptions): Promise<GetRunLogsOutput> {
  return client.call<GetRunLogsOutput>({ method: 'GET', path: '/api/v1/runs/:id/logs' }, input, options)
}

/** Input of {@link getRunsCount}. */
export type GetRunsCountInput = {
  readonly state?: string | readonly (string)[] | undefined
  readonly queue?: string | undefined
  readonly job?: string | undefined
  readonly error?: string | undefined
  readonly tag?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly traceId?: string | undefined
  readonly ids?: string | readonly (string)[] | undefined
  readonly filter?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly atMost?: number | undefined
}

/** Answer of {@link getRunsCount}. */
export type GetRunsCountOutput = {
  readonly count: number
}

/** Count runs, no further than `atMost`, 100,000 at most. `GET /api/v1/runs/count`. Needs `runs.read`. */
export function getRunsCount(client: Client, input: GetRunsCountInput = {}, options?: CallOptions): Promise<GetRunsCountOutput> {
  return client.call<GetRunsCountOutput>({ method: 'GET', path: '/api/v1/runs/count' }, input, options)
}

/** Input of {@link getJob}. */
export type GetJobInput = {
  readonly name: string
}

/** Answer of {@link getJob}. */
export type GetJobOutput = {
  readonly name: string
  readonly input: unknown
}

/** Show what a job takes. `GET /api/v1/jobs/:name`. Needs `runs.read`. */
export function getJob(client: Client, input: GetJobInput, options?: CallOptions): Promise<GetJobOutput> {
  return client.call<GetJobOutput>({ method: 'GET', path: '/api/v1/jobs/:name' }, input, options)
}

/** Input of {@link postRunPriority}. */
export type PostRunPriorityInput = {
  readonly id: number
  readonly priority: 'urgent' | 'high' | 'normal' | 'low'
}

/** Answer of {@link postRunPriority}. */
export type PostRunPriorityOutput = RunDetail

/** Move a waiting run before or behind others. `POST /api/v1/runs/:id/priority`. Needs `runs.manage`. */
export function postRunPriority(client: Client, input: PostRunPriorityInput, options?: CallOptions): Promise<PostRunPriorityOutput> {
  return client.call<PostRunPriorityOutput>({ method: 'POST', path: '/api/v1/runs/:id/priority' }, input, options)
}

/** Input of {@link postRunsBulk}. */
export type PostRunsBulkInput = RunsBulkInput

/** Answer of {@link postRunsBulk}. */
export type PostRunsBulkOutput = {
  readonly id: string
  readonly count: number
}

/** Begin to cancel or retry all runs that match a filter: what is there now, and nothing that comes later. Succeeded ones are retried with `succeeded` only. `POST /api/v1/runs/bulk`. Needs `runs.manage`. */
export function postRunsBulk(client: Client, input: PostRunsBulkInput, options?: CallOptions): Promise<PostRunsBulkOutput> {
  return client.call<PostRunsBulkOutput>({ method: 'POST', path: '/api/v1/runs/bulk' }, input, options)
}

/** Input of {@link postRunsBulkItemNext}. */
export type PostRunsBulkItemNextInput = {
  readonly id: string
}

/** Answer of {@link postRunsBulkItemNext}. */
export type PostRunsBulkItemNextOutput = RunsBulkItemNext

/** Do the next 200 of what was begun: call again until it has ended. `POST /api/v1/runs/bulk/:id/next`. Needs `runs.manage`. */
export function postRunsBulkItemNext(client: Client, input: PostRunsBulkItemNextInput, options?: CallOptions): Promise<PostRunsBulkItemNextOutput> {
  return client.call<PostRunsBulkItemNextOutput>({ method: 'POST', path: '/api/v1/runs/bulk/:id/next' }, input, options)
}

/** Input of {@link postRunsBulkItemStop}. */
export type PostRunsBulkItemStopInput = {
  readonly id: string
}

/** Answer of {@link postRunsBulkItemStop}. */
export type PostRunsBulkItemStopOutput = RunsBulkItemNext

/** Stop what was begun with many runs; what was done stays done. `POST /api/v1/runs/bulk/:id/stop`. Needs `runs.manage`. */
export function postRunsBulkItemStop(client: Client, input: PostRunsBulkItemStopInput, options?: CallOptions): Promise<PostRunsBulkItemStopOutput> {
  return client.call<PostRunsBulkItemStopOutput>({ method: 'POST', path: '/api/v1/runs/bulk/:id/stop' }, input, options)
}

/** Input of {@link getRunHistory}. */
export type GetRunHistoryInput = {
  readonly id: number
}

/** Answer of {@link getRunHistory}. */
export type GetRunHistoryOutput = {
  readonly replays: readonly (Replay)[]
  readonly cancelled?: {
    readonly at: string
    readonly by?: {
      readonly kind: 'user' | 'key' | 'operator'
      readonly name?: string | undefined
    } | undefined
    readonly reason?: string | undefined
  } | undefined
}

/** Who replayed a run or a workflow, and who cancelled it. `GET /api/v1/runs/:id/history`. Needs `runs.read`. */
export function getRunHistory(client: Client, input: GetRunHistoryInput, options?: CallOptions): Promise<GetRunHistoryOutput> {
  return client.call<GetRunHistoryOutput>({ method: 'GET', path: '/api/v1/runs/:id/history' }, input, options)
}

/** Input of {@link getErrors}. */
export type GetErrorsInput = {
  readonly fingerprint?: string | undefined
  readonly filter?: string | undefined
  readonly limit?: number | undefined
}

/** Answer of {@link getErrors}. */
export type GetErrorsOutput = {
  readonly items: readonly (StoredErrorDetail)[]
}

/** List runs that failed or wait for their next try, by the fingerprint of their error, what failed latest first. `GET /api/v1/errors`. Needs `runs.read`. */
export function getErrors(client: Client, input: GetErrorsInput = {}, options?: CallOptions): Promise<GetErrorsOutput> {
  return client.call<GetErrorsOutput>({ method: 'GET', path: '/api/v1/errors' }, input, options)
}

/** Answer of {@link getErrorsAssignees}. */
export type GetErrorsAssigneesOutput = {
  readonly items: readonly ({
    readonly id: string
    readonly name: string
  })[]
}

/** List who can look after a group of errors: the members of the organisation. `GET /api/v1/errors/assignees`. Needs `runs.manage`. */
export function getErrorsAssignees(client: Client, options?: CallOptions): Promise<GetErrorsAssigneesOutput> {
  return client.call<GetErrorsAssigneesOutput>({ method: 'GET', path: '/api/v1/errors/assignees' }, {}, options)
}

/** Input of {@link postErrorAssign}. */
export type PostErrorAssignInput = {
  readonly fingerprint: string
  readonly to: string | null
}

/** Answer of {@link postErrorAssign}. */
export type PostErrorAssignOutput = StoredErrorDetail

/** Make somebody responsible for a group of errors, by id or e-mail address, or nobody. `POST /api/v1/errors/:fingerprint/assign`. Needs `runs.manage`. */
export function postErrorAssign(client: Client, input: PostErrorAssignInput, options?: CallOptions): Promise<PostErrorAssignOutput> {
  return client.call<PostErrorAssignOutput>({ method: 'POST', path: '/api/v1/errors/:fingerprint/assign' }, input, options)
}

/** Input of {@link postErrorMute}. */
export type PostErrorMuteInput = {
  readonly fingerprint: string
  readonly until?: string | undefined
}

/** Answer of {@link postErrorMute}. */
export type PostErrorMuteOutput = StoredErrorDetail

/** Raise no alert of a group of errors until an instant, or until it comes back after it was resolved. `POST /api/v1/errors/:fingerprint/mute`. Needs `runs.manage`. */
export function postErrorMute(client: Client, input: PostErrorMuteInput, options?: CallOptions): Promise<PostErrorMuteOutput> {
  return client.call<PostErrorMuteOutput>({ method: 'POST', path: '/api/v1/errors/:fingerprint/mute' }, input, options)
}

/** Input of {@link postErrorUnmute}. */
export type PostErrorUnmuteInput = {
  readonly fingerprint: string
}

/** Answer of {@link postErrorUnmute}. */
export type PostErrorUnmuteOutput = StoredErrorDetail

/** Raise alerts of a group of errors again. `POST /api/v1/errors/:fingerprint/unmute`. Needs `runs.manage`. */
export function postErrorUnmute(client: Client, input: PostErrorUnmuteInput, options?: CallOptions): Promise<PostErrorUnmuteOutput> {
  return client.call<PostErrorUnmuteOutput>({ method: 'POST', path: '/api/v1/errors/:fingerprint/unmute' }, input, options)
}

/** Input of {@link postErrorResolve}. */
export type PostErrorResolveInput = {
  readonly fingerprint: string
}

/** Answer of {@link postErrorResolve}. */
export type PostErrorResolveOutput = StoredErrorDetail

/** Say that the cause of a group of errors is gone: what fails like it from now on is news. `POST /api/v1/errors/:fingerprint/resolve`. Needs `runs.manage`. */
export function postErrorResolve(client: Client, input: PostErrorResolveInput, options?: CallOptions): Promise<PostErrorResolveOutput> {
  return client.call<PostErrorResolveOutput>({ method: 'POST', path: '/api/v1/errors/:fingerprint/resolve' }, input, options)
}

/** Input of {@link getWorkflows}. */
export type GetWorkflowsInput = {
  readonly state?: string | readonly (string)[] | undefined
  readonly queue?: string | undefined
  readonly job?: string | undefined
  readonly error?: string | undefined
  readonly tag?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly parentId?: number | undefined
  readonly batchId?: number | undefined
  readonly traceId?: string | undefined
  readonly ids?: string | readonly (string)[] | undefined
  readonly filter?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getWorkflows}. */
export type GetWorkflowsOutput = {
  readonly items: readonly (Run)[]
  readonly next?: string | undefined
}

/** Search runs of workflows, newest first. `GET /api/v1/workflows`. Needs `runs.read`. */
export function getWorkflows(client: Client, input: GetWorkflowsInput = {}, options?: CallOptions): Promise<GetWorkflowsOutput> {
  return client.call<GetWorkflowsOutput>({ method: 'GET', path: '/api/v1/workflows' }, input, options)
}

/** Input of {@link getWorkflow}. */
export type GetWorkflowInput = {
  readonly id: number
}

/** Answer of {@link getWorkflow}. */
export type GetWorkflowOutput = Workflow

/** Show one workflow: what it waits for, with what each signal carries, and says of itself; its steps come by page. `GET /api/v1/workflows/:id`. Needs `runs.read`. */
export function getWorkflow(client: Client, input: GetWorkflowInput, options?: CallOptions): Promise<GetWorkflowOutput> {
  return client.call<GetWorkflowOutput>({ method: 'GET', path: '/api/v1/workflows/:id' }, input, options)
}

/** Input of {@link getWorkflowSteps}. */
export type GetWorkflowStepsInput = {
  readonly id: number
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly name?: string | undefined
}

/** Answer of {@link getWorkflowSteps}. */
export type GetWorkflowStepsOutput = {
  readonly items: readonly (WorkflowStep)[]
  readonly next?: string | undefined
}

/** List the steps of a workflow in the order of their calls; one by name comes with its result. `GET /api/v1/workflows/:id/steps`. Needs `runs.read`. */
export function getWorkflowSteps(client: Client, input: GetWorkflowStepsInput, options?: CallOptions): Promise<GetWorkflowStepsOutput> {
  return client.call<GetWorkflowStepsOutput>({ method: 'GET', path: '/api/v1/workflows/:id/steps' }, input, options)
}

/** Input of {@link postWorkflowSignal}. */
export type PostWorkflowSignalInput = {
  readonly id: number
  readonly signal: string
  readonly payload?: unknown | undefined
}

/** Answer of {@link postWorkflowSignal}. */
export type PostWorkflowSignalOutput = {
  readonly outcome: 'delivered' | 'kept'
  readonly runId?: number | undefined
}

/** Send a signal to a workflow; when it does not wait for it yet, it is kept. `POST /api/v1/workflows/:id/signal`. Needs `runs.manage`. */
export function postWorkflowSignal(client: Client, input: PostWorkflowSignalInput, options?: CallOptions): Promise<PostWorkflowSignalOutput> {
  return client.call<PostWorkflowSignalOutput>({ method: 'POST', path: '/api/v1/workflows/:id/signal' }, input, options)
}

/** Input of {@link postWorkflowCancel}. */
export type PostWorkflowCancelInput = {
  readonly id: number
  readonly reason?: string | undefined
}

/** Answer of {@link postWorkflowCancel}. */
export type PostWorkflowCancelOutput = {
  readonly outcome: 'cancelled' | 'requested' | 'already-ended'
}

/** Cancel a workflow: what it did is undone, its children are cancelled. `POST /api/v1/workflows/:id/cancel`. Needs `runs.manage`. */
export function postWorkflowCancel(client: Client, input: PostWorkflowCancelInput, options?: CallOptions): Promise<PostWorkflowCancelOutput> {
  return client.call<PostWorkflowCancelOutput>({ method: 'POST', path: '/api/v1/workflows/:id/cancel' }, input, options)
}

/** Input of {@link postWorkflowPause}. */
export type PostWorkflowPauseInput = {
  readonly id: number
  readonly reason?: string | undefined
}

/** Answer of {@link postWorkflowPause}. */
export type PostWorkflowPauseOutput = Workflow

/** Let a workflow begin nothing new. `POST /api/v1/workflows/:id/pause`. Needs `runs.manage`. */
export function postWorkflowPause(client: Client, input: PostWorkflowPauseInput, options?: CallOptions): Promise<PostWorkflowPauseOutput> {
  return client.call<PostWorkflowPauseOutput>({ method: 'POST', path: '/api/v1/workflows/:id/pause' }, input, options)
}

/** Input of {@link postWorkflowResume}. */
export type PostWorkflowResumeInput = {
  readonly id: number
}

/** Answer of {@link postWorkflowResume}. */
export type PostWorkflowResumeOutput = Workflow

/** Let a paused workflow go on. `POST /api/v1/workflows/:id/resume`. Needs `runs.manage`. */
export function postWorkflowResume(client: Client, input: PostWorkflowResumeInput, options?: CallOptions): Promise<PostWorkflowResumeOutput> {
  return client.call<PostWorkflowResumeOutput>({ method: 'POST', path: '/api/v1/workflows/:id/resume' }, input, options)
}

/** Input of {@link postWorkflowRetry}. */
export type PostWorkflowRetryInput = {
  readonly id: number
  readonly input?: unknown | undefined
}

/** Answer of {@link postWorkflowRetry}. */
export type PostWorkflowRetryOutput = Workflow

/** Let a workflow go on where it failed, or begin from scratch with another input. `POST /api/v1/workflows/:id/retry`. Needs `runs.manage`. */
export function postWorkflowRetry(client: Client, input: PostWorkflowRetryInput, options?: CallOptions): Promise<PostWorkflowRetryOutput> {
  return client.call<PostWorkflowRetryOutput>({ method: 'POST', path: '/api/v1/workflows/:id/retry' }, input, options)
}

/** Input of {@link getWorkflowFork}. */
export type GetWorkflowForkInput = {
  readonly id: number
  readonly from?: string | undefined
}

/** Answer of {@link getWorkflowFork}. */
export type GetWorkflowForkOutput = {
  readonly kept: {
    readonly count: number
    readonly names: readonly (string)[]
  }
  readonly again: {
    readonly count: number
    readonly names: readonly (string)[]
  }
}

/** Show what a copy of a workflow would take over, and what it would do anew, if it began at a step. `GET /api/v1/workflows/:id/fork`. Needs `runs.read`. */
export function getWorkflowFork(client: Client, input: GetWorkflowForkInput, options?: CallOptions): Promise<GetWorkflowForkOutput> {
  return client.call<GetWorkflowForkOutput>({ method: 'GET', path: '/api/v1/workflows/:id/fork' }, input, options)
}

/** Input of {@link postWorkflowFork}. */
export type PostWorkflowForkInput = {
  readonly id: number
  readonly from: string
  readonly input?: unknown | undefined
}

/** Answer of {@link postWorkflowFork}. */
export type PostWorkflowForkOutput = {
  readonly id: number
}

/** Start a copy of a workflow that has done what came before a step. `POST /api/v1/workflows/:id/fork`. Needs `runs.manage`. */
export function postWorkflowFork(client: Client, input: PostWorkflowForkInput, options?: CallOptions): Promise<PostWorkflowForkOutput> {
  return client.call<PostWorkflowForkOutput>({ method: 'POST', path: '/api/v1/workflows/:id/fork' }, input, options)
}

/** Input of {@link getSignals}. */
export type GetSignalsInput = {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly name?: string | undefined
  readonly run?: number | undefined
}

/** Answer of {@link getSignals}. */
export type GetSignalsOutput = {
  readonly items: readonly (Signal)[]
  readonly next?: string | undefined
}

/** List signals that are kept until a workflow waits for them, newest first. `GET /api/v1/signals`. Needs `runs.read`. */
export function getSignals(client: Client, input: GetSignalsInput = {}, options?: CallOptions): Promise<GetSignalsOutput> {
  return client.call<GetSignalsOutput>({ method: 'GET', path: '/api/v1/signals' }, input, options)
}

/** Input of {@link deleteSignal}. */
export type DeleteSignalInput = {
  readonly id: number
}

/** Answer of {@link deleteSignal}. */
export type DeleteSignalOutput = Signal

/** Take back a signal that no workflow has taken yet. `DELETE /api/v1/signals/:id`. Needs `runs.manage`. */
export function deleteSignal(client: Client, input: DeleteSignalInput, options?: CallOptions): Promise<DeleteSignalOutput> {
  return client.call<DeleteSignalOutput>({ method: 'DELETE', path: '/api/v1/signals/:id' }, input, options)
}

/** Answer of {@link getQueues}. */
export type GetQueuesOutput = {
  readonly items: readonly (Queue)[]
}

/** List queues: what waits and runs in them, how long runs waited, and what limits them. `GET /api/v1/queues`. Needs `queues.read`. */
export function getQueues(client: Client, options?: CallOptions): Promise<GetQueuesOutput> {
  return client.call<GetQueuesOutput>({ method: 'GET', path: '/api/v1/queues' }, {}, options)
}

/** Input of {@link postQueuePause}. */
export type PostQueuePauseInput = {
  readonly name: string
  readonly reason?: string | undefined
  readonly until?: string | undefined
}

/** Answer of {@link postQueuePause}. */
export type PostQueuePauseOutput = Queue

/** Let no run of a queue start any more, in any process, for good or until an instant. `POST /api/v1/queues/:name/pause`. Needs `queues.manage`. */
export function postQueuePause(client: Client, input: PostQueuePauseInput, options?: CallOptions): Promise<PostQueuePauseOutput> {
  return client.call<PostQueuePauseOutput>({ method: 'POST', path: '/api/v1/queues/:name/pause' }, input, options)
}

/** Input of {@link postQueueResume}. */
export type PostQueueResumeInput = {
  readonly name: string
}

/** Answer of {@link postQueueResume}. */
export type PostQueueResumeOutput = Queue

/** Let the runs of a queue start again. `POST /api/v1/queues/:name/resume`. Needs `queues.manage`. */
export function postQueueResume(client: Client, input: PostQueueResumeInput, options?: CallOptions): Promise<PostQueueResumeOutput> {
  return client.call<PostQueueResumeOutput>({ method: 'POST', path: '/api/v1/queues/:name/resume' }, input, options)
}

/** Answer of {@link getWorkers}. */
export type GetWorkersOutput = {
  readonly items: readonly (Worker)[]
}

/** List the processes that run jobs. `GET /api/v1/workers`. Needs `queues.read`. */
export function getWorkers(client: Client, options?: CallOptions): Promise<GetWorkersOutput> {
  return client.call<GetWorkersOutput>({ method: 'GET', path: '/api/v1/workers' }, {}, options)
}

/** Input of {@link postWorkerDrain}. */
export type PostWorkerDrainInput = {
  readonly epoch: number
}

/** Answer of {@link postWorkerDrain}. */
export type PostWorkerDrainOutput = {
  readonly worker?: Worker | undefined
}

/** Let a process take no new runs: what it runs ends, the rest goes on elsewhere. `POST /api/v1/workers/:epoch/drain`. Needs `queues.manage`. */
export function postWorkerDrain(client: Client, input: PostWorkerDrainInput, options?: CallOptions): Promise<PostWorkerDrainOutput> {
  return client.call<PostWorkerDrainOutput>({ method: 'POST', path: '/api/v1/workers/:epoch/drain' }, input, options)
}

/** Input of {@link postWorkerResume}. */
export type PostWorkerResumeInput = {
  readonly epoch: number
}

/** Answer of {@link postWorkerResume}. */
export type PostWorkerResumeOutput = {
  readonly worker?: Worker | undefined
}

/** Let a drained process take runs again. `POST /api/v1/workers/:epoch/resume`. Needs `queues.manage`. */
export function postWorkerResume(client: Client, input: PostWorkerResumeInput, options?: CallOptions): Promise<PostWorkerResumeOutput> {
  return client.call<PostWorkerResumeOutput>({ method: 'POST', path: '/api/v1/workers/:epoch/resume' }, input, options)
}

/** Input of {@link getEventsStreams}. */
export type GetEventsStreamsInput = {
  readonly prefix?: string | undefined
  readonly state?: 'open' | 'closed' | 'archived' | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getEventsStreams}. */
export type GetEventsStreamsOutput = {
  readonly items: readonly (EventsStream)[]
  readonly next?: string | undefined
}

/** List streams of events, in the order of their names. `GET /api/v1/events/streams`. Needs `events.read`. */
export function getEventsStreams(client: Client, input: GetEventsStreamsInput = {}, options?: CallOptions): Promise<GetEventsStreamsOutput> {
  return client.call<GetEventsStreamsOutput>({ method: 'GET', path: '/api/v1/events/streams' }, input, options)
}

/** Input of {@link getEventsStream}. */
export type GetEventsStreamInput = {
  readonly stream: string
}

/** Answer of {@link getEventsStream}. */
export type GetEventsStreamOutput = EventsStream

/** Show where one stream of events stands. `GET /api/v1/events/streams/:stream`. Needs `events.read`. */
export function getEventsStream(client: Client, input: GetEventsStreamInput, options?: CallOptions): Promise<GetEventsStreamOutput> {
  return client.call<GetEventsStreamOutput>({ method: 'GET', path: '/api/v1/events/streams/:stream' }, input, options)
}

/** Input of {@link getEventsStreamEvents}. */
export type GetEventsStreamEventsInput = {
  readonly stream: string
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getEventsStreamEvents}. */
export type GetEventsStreamEventsOutput = {
  readonly items: readonly (EventsStreamEvent)[]
  readonly next?: string | undefined
}

/** List the events of one stream, newest first. `GET /api/v1/events/streams/:stream/events`. Needs `events.read`. */
export function getEventsStreamEvents(client: Client, input: GetEventsStreamEventsInput, options?: CallOptions): Promise<GetEventsStreamEventsOutput> {
  return client.call<GetEventsStreamEventsOutput>({ method: 'GET', path: '/api/v1/events/streams/:stream/events' }, input, options)
}

/** Answer of {@link getProjections}. */
export type GetProjectionsOutput = {
  readonly items: readonly (Projection)[]
}

/** List projections, and how far behind the events they are. `GET /api/v1/projections`. Needs `events.read`. */
export function getProjections(client: Client, options?: CallOptions): Promise<GetProjectionsOutput> {
  return client.call<GetProjectionsOutput>({ method: 'GET', path: '/api/v1/projections' }, {}, options)
}

/** Input of {@link postProjectionRebuild}. */
export type PostProjectionRebuildInput = {
  readonly name: string
}

/** Answer of {@link postProjectionRebuild}. */
export type PostProjectionRebuildOutput = Projection

/** Build a projection anew from the first event; readers see the present one until it has caught up. `POST /api/v1/projections/:name/rebuild`. Needs `events.manage`. */
export function postProjectionRebuild(client: Client, input: PostProjectionRebuildInput, options?: CallOptions): Promise<PostProjectionRebuildOutput> {
  return client.call<PostProjectionRebuildOutput>({ method: 'POST', path: '/api/v1/projections/:name/rebuild' }, input, options)
}

/** Input of {@link postProjectionResume}. */
export type PostProjectionResumeInput = {
  readonly name: string
}

/** Answer of {@link postProjectionResume}. */
export type PostProjectionResumeOutput = Projection

/** Try again a projection that stumbled over an event. `POST /api/v1/projections/:name/resume`. Needs `events.manage`. */
export function postProjectionResume(client: Client, input: PostProjectionResumeInput, options?: CallOptions): Promise<PostProjectionResumeOutput> {
  return client.call<PostProjectionResumeOutput>({ method: 'POST', path: '/api/v1/projections/:name/resume' }, input, options)
}

/** Answer of {@link getSchedules}. */
export type GetSchedulesOutput = {
  readonly items: readonly (Schedule)[]
}

/** List schedules. `GET /api/v1/schedules`. Needs `schedules.read`. */
export function getSchedules(client: Client, options?: CallOptions): Promise<GetSchedulesOutput> {
  return client.call<GetSchedulesOutput>({ method: 'GET', path: '/api/v1/schedules' }, {}, options)
}

/** Input of {@link getSchedulesCalendar}. */
export type GetSchedulesCalendarInput = {
  readonly from?: string | undefined
  readonly days?: number | undefined
}

/** Answer of {@link getSchedulesCalendar}. */
export type GetSchedulesCalendarOutput = {
  readonly items: readonly (SchedulesCalendar)[]
}

/** List the slots of all schedules in so many days, at most 42, from now or from an instant. `GET /api/v1/schedules/calendar`. Needs `schedules.read`. */
export function getSchedulesCalendar(client: Client, input: GetSchedulesCalendarInput = {}, options?: CallOptions): Promise<GetSchedulesCalendarOutput> {
  return client.call<GetSchedulesCalendarOutput>({ method: 'GET', path: '/api/v1/schedules/calendar' }, input, options)
}

/** Input of {@link getScheduleNext}. */
export type GetScheduleNextInput = {
  readonly name: string
  readonly count?: number | undefined
}

/** Answer of {@link getScheduleNext}. */
export type GetScheduleNextOutput = {
  readonly items: readonly (string)[]
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
  readonly items: readonly (ScheduleHistory)[]
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
  readonly runs: number
}

/** Run a schedule's job now; where the server is operated, for each organisation it is for. `POST /api/v1/schedules/:name/run`. Needs `schedules.manage`. */
export function postScheduleRun(client: Client, input: PostScheduleRunInput, options?: CallOptions): Promise<PostScheduleRunOutput> {
  return client.call<PostScheduleRunOutput>({ method: 'POST', path: '/api/v1/schedules/:name/run' }, input, options)
}

/** Input of {@link postSchedulePause}. */
export type PostSchedulePauseInput = {
  readonly name: string
  readonly reason?: string | undefined
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

/** Input of {@link getAlertsSilences}. */
export type GetAlertsSilencesInput = {
  readonly all?: boolean | undefined
}

/** Answer of {@link getAlertsSilences}. */
export type GetAlertsSilencesOutput = {
  readonly items: readonly (AlertsSilence)[]
}

/** List silences that last, or the latest 200. `GET /api/v1/alerts/silences`. Needs `alerts.read`. */
export function getAlertsSilences(client: Client, input: GetAlertsSilencesInput = {}, options?: CallOptions): Promise<GetAlertsSilencesOutput> {
  return client.call<GetAlertsSilencesOutput>({ method: 'GET', path: '/api/v1/alerts/silences' }, input, options)
}

/** Input of {@link postAlertsSilences}. */
export type PostAlertsSilencesInput = AlertsSilenceInput

/** Answer of {@link postAlertsSilences}. */
export type PostAlertsSilencesOutput = AlertsSilence

/** Tell the channels nothing of alerts with this key until an instant; `*` at its end stands for anything. `POST /api/v1/alerts/silences`. Needs `alerts.manage`. */
export function postAlertsSilences(client: Client, input: PostAlertsSilencesInput, options?: CallOptions): Promise<PostAlertsSilencesOutput> {
  return client.call<PostAlertsSilencesOutput>({ method: 'POST', path: '/api/v1/alerts/silences' }, input, options)
}

/** Input of {@link postAlertsSilenceEnd}. */
export type PostAlertsSilenceEndInput = {
  readonly id: string
}

/** Answer of {@link postAlertsSilenceEnd}. */
export type PostAlertsSilenceEndOutput = AlertsSilence

/** End a silence before its time. `POST /api/v1/alerts/silences/:id/end`. Needs `alerts.manage`. */
export function postAlertsSilenceEnd(client: Client, input: PostAlertsSilenceEndInput, options?: CallOptions): Promise<PostAlertsSilenceEndOutput> {
  return client.call<PostAlertsSilenceEndOutput>({ method: 'POST', path: '/api/v1/alerts/silences/:id/end' }, input, options)
}

/** Input of {@link getAlerts}. */
export type GetAlertsInput = {
  readonly open?: boolean | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getAlerts}. */
export type GetAlertsOutput = {
  readonly items: readonly (Alert)[]
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

/** Input of {@link getViews}. */
export type GetViewsInput = {
  readonly list?: 'runs' | 'workflows' | 'errors' | 'audit' | 'schedules' | 'alerts' | 'events' | undefined
}

/** Answer of {@link getViews}. */
export type GetViewsOutput = {
  readonly items: readonly (View)[]
}

/** List one's own saved views and the shared ones. `GET /api/v1/views`. */
export function getViews(client: Client, input: GetViewsInput = {}, options?: CallOptions): Promise<GetViewsOutput> {
  return client.call<GetViewsOutput>({ method: 'GET', path: '/api/v1/views' }, input, options)
}

/** Input of {@link postViews}. */
export type PostViewsInput = ViewInputDetail

/** Answer of {@link postViews}. */
export type PostViewsOutput = View

/** Save a filter under a name; sharing it needs the permission views.share. `POST /api/v1/views`. */
export function postViews(client: Client, input: PostViewsInput, options?: CallOptions): Promise<PostViewsOutput> {
  return client.call<PostViewsOutput>({ method: 'POST', path: '/api/v1/views' }, input, options)
}

/** Input of {@link patchView}. */
export type PatchViewInput = {
  readonly id: string
} & ViewInput

/** Answer of {@link patchView}. */
export type PatchViewOutput = View

/** Rename a saved view, change its filter, share it or keep it to oneself. `PATCH /api/v1/views/:id`. */
export function patchView(client: Client, input: PatchViewInput, options?: CallOptions): Promise<PatchViewOutput> {
  return client.call<PatchViewOutput>({ method: 'PATCH', path: '/api/v1/views/:id' }, input, options)
}

/** Input of {@link deleteView}. */
export type DeleteViewInput = {
  readonly id: string
}

/** Answer of {@link deleteView}. */
export type DeleteViewOutput = null

/** Delete a saved view. `DELETE /api/v1/views/:id`. */
export function deleteView(client: Client, input: DeleteViewInput, options?: CallOptions): Promise<DeleteViewOutput> {
  return client.call<DeleteViewOutput>({ method: 'DELETE', path: '/api/v1/views/:id' }, input, options)
}

/** Input of {@link postViewDefault}. */
export type PostViewDefaultInput = {
  readonly id: string
  readonly isDefault?: boolean | undefined
}

/** Answer of {@link postViewDefault}. */
export type PostViewDefaultOutput = View

/** Begin the list with this view, or no longer, for oneself. `POST /api/v1/views/:id/default`. */
export function postViewDefault(client: Client, input: PostViewDefaultInput, options?: CallOptions): Promise<PostViewDefaultOutput> {
  return client.call<PostViewDefaultOutput>({ method: 'POST', path: '/api/v1/views/:id/default' }, input, options)
}

/** Input of {@link getBackups}. */
export type GetBackupsInput = {
  readonly limit?: number | undefined
}

/** Answer of {@link getBackups}. */
export type GetBackupsOutput = {
  readonly items: readonly (Backup)[]
}

/** List backups, the newest first, with the newest verification of each. `GET /api/v1/backups`. Needs `backups.read`. */
export function getBackups(client: Client, input: GetBackupsInput = {}, options?: CallOptions): Promise<GetBackupsOutput> {
  return client.call<GetBackupsOutput>({ method: 'GET', path: '/api/v1/backups' }, input, options)
}

/** Answer of {@link postBackups}. */
export type PostBackupsOutput = {
  readonly runId: number
}

/** Make a backup now, as a run. `POST /api/v1/backups`. Needs `backups.manage`. */
export function postBackups(client: Client, options?: CallOptions): Promise<PostBackupsOutput> {
  return client.call<PostBackupsOutput>({ method: 'POST', path: '/api/v1/backups' }, {}, options)
}

/** Answer of {@link getBackupsStatus}. */
export type GetBackupsStatusOutput = BackupsStatus

/** Show how much would be lost now, and how long restoring would take. `GET /api/v1/backups/status`. Needs `backups.read`. */
export function getBackupsStatus(client: Client, options?: CallOptions): Promise<GetBackupsStatusOutput> {
  return client.call<GetBackupsStatusOutput>({ method: 'GET', path: '/api/v1/backups/status' }, {}, options)
}

/** Input of {@link postBackupsVerify}. */
export type PostBackupsVerifyInput = {
  readonly id: string
}

/** Answer of {@link postBackupsVerify}. */
export type PostBackupsVerifyOutput = {
  readonly runId: number
}

/** Read a backup to its last byte, as a run. `POST /api/v1/backups/verify`. Needs `backups.manage`. */
export function postBackupsVerify(client: Client, input: PostBackupsVerifyInput, options?: CallOptions): Promise<PostBackupsVerifyOutput> {
  return client.call<PostBackupsVerifyOutput>({ method: 'POST', path: '/api/v1/backups/verify' }, input, options)
}

/** Answer of {@link getConsole}. */
export type GetConsoleOutput = Console

/** Show who is signed in, where, and what they may do. `GET /api/v1/console`. */
export function getConsole(client: Client, options?: CallOptions): Promise<GetConsoleOutput> {
  return client.call<GetConsoleOutput>({ method: 'GET', path: '/api/v1/console' }, {}, options)
}

/** Input of {@link putMeColumns}. */
export type PutMeColumnsInput = {
  readonly hiddenColumns: { readonly [name: string]: readonly (string)[] }
}

/** Answer of {@link putMeColumns}. */
export type PutMeColumnsOutput = {
  readonly hiddenColumns: { readonly [name: string]: readonly (string)[] }
}

/** Choose which columns of which tables one does not want to see, in every browser one uses. `PUT /api/v1/me/columns`. */
export function putMeColumns(client: Client, input: PutMeColumnsInput, options?: CallOptions): Promise<PutMeColumnsOutput> {
  return client.call<PutMeColumnsOutput>({ method: 'PUT', path: '/api/v1/me/columns' }, input, options)
}

/** Input of {@link getAudit}. */
export type GetAuditInput = {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly object?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
  readonly text?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getAudit}. */
export type GetAuditOutput = AuditDetail

/** Search the audit log, newest first. `GET /api/v1/audit`. Needs `audit.read`. */
export function getAudit(client: Client, input: GetAuditInput = {}, options?: CallOptions): Promise<GetAuditOutput> {
  return client.call<GetAuditOutput>({ method: 'GET', path: '/api/v1/audit' }, input, options)
}

/** Input of {@link getAuditItem}. */
export type GetAuditItemInput = {
  readonly id: string
}

/** Answer of {@link getAuditItem}. */
export type GetAuditItemOutput = AuditItem

/** Show one entry of the audit log. `GET /api/v1/audit/:id`. Needs `audit.read`. */
export function getAuditItem(client: Client, input: GetAuditItemInput, options?: CallOptions): Promise<GetAuditItemOutput> {
  return client.call<GetAuditItemOutput>({ method: 'GET', path: '/api/v1/audit/:id' }, input, options)
}

/** Input of {@link getAuditActors}. */
export type GetAuditActorsInput = {
  readonly text?: string | undefined
  readonly id?: string | undefined
}

/** Answer of {@link getAuditActors}. */
export type GetAuditActorsOutput = {
  readonly items: readonly (AuditActor)[]
}

/** Find whose entries to look for: members, API keys, the system, and who has entries among the latest. `GET /api/v1/audit/actors`. Needs `audit.read`. */
export function getAuditActors(client: Client, input: GetAuditActorsInput = {}, options?: CallOptions): Promise<GetAuditActorsOutput> {
  return client.call<GetAuditActorsOutput>({ method: 'GET', path: '/api/v1/audit/actors' }, input, options)
}

/** Answer of {@link postAuditVerify}. */
export type PostAuditVerifyOutput = AuditVerify

/** Read the whole audit log and say what is wrong with it. `POST /api/v1/audit/verify`. Needs `audit.read`. */
export function postAuditVerify(client: Client, options?: CallOptions): Promise<PostAuditVerifyOutput> {
  return client.call<PostAuditVerifyOutput>({ method: 'POST', path: '/api/v1/audit/verify' }, {}, options)
}

/** Answer of {@link getApps}. */
export type GetAppsOutput = {
  readonly items: readonly (App)[]
}

/** List apps, with what each offers. `GET /api/v1/apps`. Needs `settings.read`. */
export function getApps(client: Client, options?: CallOptions): Promise<GetAppsOutput> {
  return client.call<GetAppsOutput>({ method: 'GET', path: '/api/v1/apps' }, {}, options)
}

/** Answer of {@link postAppsSample}. */
export type PostAppsSampleOutput = {
  readonly told: readonly (string)[]
}

/** Fill the apps with sample data, in the organisation of whoever asks; twice is once. `POST /api/v1/apps/sample`. Needs `apps.manage`. */
export function postAppsSample(client: Client, options?: CallOptions): Promise<PostAppsSampleOutput> {
  return client.call<PostAppsSampleOutput>({ method: 'POST', path: '/api/v1/apps/sample' }, {}, options)
}

/** Answer of {@link getSettings}. */
export type GetSettingsOutput = {
  readonly items: readonly (Setting)[]
}

/** Show the configuration in force, without secrets. `GET /api/v1/settings`. Needs `settings.read`. */
export function getSettings(client: Client, options?: CallOptions): Promise<GetSettingsOutput> {
  return client.call<GetSettingsOutput>({ method: 'GET', path: '/api/v1/settings' }, {}, options)
}

/** Input of {@link getLogs}. */
export type GetLogsInput = {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined
  readonly text?: string | undefined
  readonly part?: string | undefined
  readonly run?: number | undefined
  readonly traceId?: string | undefined
  readonly requestId?: string | undefined
  readonly console?: boolean | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly order?: 'newest' | 'oldest' | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** Answer of {@link getLogs}. */
export type GetLogsOutput = Logs

/** List what the processes of this data directory have logged. `GET /api/v1/logs`. Needs `logs.read`. */
export function getLogs(client: Client, input: GetLogsInput = {}, options?: CallOptions): Promise<GetLogsOutput> {
  return client.call<GetLogsOutput>({ method: 'GET', path: '/api/v1/logs' }, input, options)
}

/** Input of {@link getNotifications}. */
export type GetNotificationsInput = {
  readonly unread?: boolean | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
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

/** Input of {@link postAuthSignInEmail}. */
export type PostAuthSignInEmailInput = AuthSignInEmailInput

/** Answer of {@link postAuthSignInEmail}. */
export type PostAuthSignInEmailOutput = {
  readonly redirect: boolean
  readonly user: AuthUser
}

/** Sign in with a password: sets the cookie of a session. `POST /api/v1/auth/sign-in/email`. */
export function postAuthSignInEmail(client: Client, input: PostAuthSignInEmailInput, options?: CallOptions): Promise<PostAuthSignInEmailOutput> {
  return client.call<PostAuthSignInEmailOutput>({ method: 'POST', path: '/api/v1/auth/sign-in/email' }, input, options)
}

/** Answer of {@link postAuthSignOut}. */
export type PostAuthSignOutOutput = {
  readonly success: boolean
}

/** Sign out: ends the session of the cookie, if there is one. `POST /api/v1/auth/sign-out`. */
export function postAuthSignOut(client: Client, options?: CallOptions): Promise<PostAuthSignOutOutput> {
  return client.call<PostAuthSignOutOutput>({ method: 'POST', path: '/api/v1/auth/sign-out' }, {}, options)
}

/** Answer of {@link getAuthGetSession}. */
export type GetAuthGetSessionOutput = {
  readonly session: {
    readonly id: string
    readonly userId: string
    readonly orgId: string
    readonly createdAt: string
    readonly expiresAt: string
  }
  readonly user: AuthUser
} | null

/** Tell the session of the cookie, or null. `GET /api/v1/auth/get-session`. */
export function getAuthGetSession(client: Client, options?: CallOptions): Promise<GetAuthGetSessionOutput> {
  return client.call<GetAuthGetSessionOutput>({ method: 'GET', path: '/api/v1/auth/get-session' }, {}, options)
}

/** Input of {@link postAuthRequestPasswordReset}. */
export type PostAuthRequestPasswordResetInput = {
  readonly email: string
}

/** Answer of {@link postAuthRequestPasswordReset}. */
export type PostAuthRequestPasswordResetOutput = {
  readonly status: boolean
  readonly message: string
}

/** Send the link to set another password, if somebody has this e-mail address. `POST /api/v1/auth/request-password-reset`. */
export function postAuthRequestPasswordReset(client: Client, input: PostAuthRequestPasswordResetInput, options?: CallOptions): Promise<PostAuthRequestPasswordResetOutput> {
  return client.call<PostAuthRequestPasswordResetOutput>({ method: 'POST', path: '/api/v1/auth/request-password-reset' }, input, options)
}

/** Input of {@link postAuthResetPassword}. */
export type PostAuthResetPasswordInput = AuthResetPasswordInput

/** Answer of {@link postAuthResetPassword}. */
export type PostAuthResetPasswordOutput = {
  readonly status: boolean
  readonly passkeys: number
}

/** Set another password with the token of such a link. `POST /api/v1/auth/reset-password`. */
export function postAuthResetPassword(client: Client, input: PostAuthResetPasswordInput, options?: CallOptions): Promise<PostAuthResetPasswordOutput> {
  return client.call<PostAuthResetPasswordOutput>({ method: 'POST', path: '/api/v1/auth/reset-password' }, input, options)
}

/** Input of {@link postAuthChangePassword}. */
export type PostAuthChangePasswordInput = {
  readonly currentPassword: string
  readonly newPassword: string
}

/** Answer of {@link postAuthChangePassword}. */
export type PostAuthChangePasswordOutput = {
  readonly user: AuthUser
}

/** Change the own password: ends all other sessions, and sets a new cookie. `POST /api/v1/auth/change-password`. */
export function postAuthChangePassword(client: Client, input: PostAuthChangePasswordInput, options?: CallOptions): Promise<PostAuthChangePasswordOutput> {
  return client.call<PostAuthChangePasswordOutput>({ method: 'POST', path: '/api/v1/auth/change-password' }, input, options)
}
