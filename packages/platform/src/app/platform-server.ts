import type { Engine, QueueStatus } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import { alertEndpoints } from '../api/alerts.ts'
import { appListEndpoints } from '../api/app-list.ts'
import { appEndpoints } from '../api/app-routes.ts'
import { auditEndpoints } from '../api/audit.ts'
import { auditExport } from '../api/audit-export.ts'
import { backupEndpoints } from '../api/backups.ts'
import { consoleEndpoints } from '../api/console.ts'
import { errorEndpoints } from '../api/errors.ts'
import { identityEndpoints } from '../api/identity.ts'
import { logEndpoints } from '../api/logs.ts'
import { organisationLifeEndpoints } from '../api/organisation-life.ts'
import { projectionEndpoints } from '../api/projections.ts'
import { queueEndpoints } from '../api/queues.ts'
import { runHistoryEndpoints } from '../api/run-history.ts'
import { runLogEndpoints } from '../api/run-logs.ts'
import { runOperationEndpoints } from '../api/run-operations.ts'
import { runEndpoints } from '../api/runs.ts'
import { sampleEndpoints } from '../api/samples.ts'
import { scheduleEndpoints } from '../api/schedules.ts'
import { settingsEndpoints } from '../api/settings.ts'
import { signalEndpoints } from '../api/signals.ts'
import { silenceEndpoints } from '../api/silences.ts'
import { samlMetadataAddress, samlMetadataRoute } from '../api/sso.ts'
import { streamEndpoints } from '../api/streams.ts'
import { viewEndpoints } from '../api/views.ts'
import { workerEndpoints } from '../api/workers.ts'
import { workflowOperationEndpoints } from '../api/workflow-operations.ts'
import { workflowEndpoints } from '../api/workflows.ts'
import { createForeignReads } from '../audit/foreign-reads.ts'
import type { AuditLog } from '../audit/log.ts'
import { mountAuth } from '../auth/better-auth/mount.ts'
import { AUTH_PATH } from '../auth/better-auth/options.ts'
import { authPaths } from '../auth/better-auth/paths.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { authRefusal, requireOneself } from '../auth/refusal.ts'
import type { BackupTasks } from '../backup/tasks.ts'
import type { Config } from '../config/config.ts'
import { consoleFiles } from '../console/files.ts'
import type { ConnectionSource } from '../http/connections.ts'
import type { DescribedAddress } from '../http/endpoint.ts'
import { healthRoutes, probeAll, readinessChecks } from '../http/health.ts'
import { metricsRoutes } from '../http/metrics-route.ts'
import { createServer, type HttpServer } from '../http/server.ts'
import { mountUnversioned, mountVersions } from '../http/versions.ts'
import { createIdempotency } from '../idempotency/idempotency.ts'
import { inboxEndpoints } from '../inbox/endpoints.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { httpMetrics } from '../observe/http-metrics.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import { recently } from '../observe/recently.ts'
import type { SloMetrics } from '../observe/slo-metrics.ts'
import { openApiRoutes } from '../openapi/routes.ts'
import { readContents } from '../organisation/contents.ts'
import { assetRoute } from '../page/assets.ts'
import { overviewRoutes } from '../page/routes.ts'
import { secondFactorRoute } from '../page/second-factor.ts'
import { signInRoutes } from '../page/sign-in.ts'
import type { Gate } from '../rate/gate.ts'
import type { Realtime } from '../realtime/realtime.ts'
import type { RunLogs } from '../run-log/run-logs.ts'
import { mountSamlAnswers, samlAnswerAddress } from '../sso/mount.ts'
import type { AnyApp } from './app.ts'
import type { GuardedJob } from './by-hand.ts'
import { appChecks } from './check.ts'
import type { WorkedQueues } from './derived.ts'
import { backupsIn } from './derived.ts'
import type { Operations } from './operations.ts'
import type { DescribedSchedule } from './schedule.ts'
import type { Services } from './services.ts'

/** What the platform's server is made of. */
export interface PlatformServerOptions
  extends Pick<Operations, 'faults' | 'views' | 'columns' | 'bulks' | 'queueDesk' | 'waits'> {
  readonly config: Config
  /** Those that are switched on. */
  readonly apps: readonly AnyApp[]
  readonly allApps: readonly AnyApp[]
  readonly slos: SloMetrics
  readonly services: Services
  readonly engine: Engine
  /** Everything that can be enqueued: the platform's own and that of the apps. */
  readonly jobs: readonly GuardedJob[]
  readonly identity: PlatformIdentity
  readonly audit: AuditLog
  readonly gate: Gate
  /** The queues, as they were a moment ago at most. */
  readonly queues: () => Promise<readonly QueueStatus[]>
  readonly workedQueues: WorkedQueues
  readonly schedules: readonly DescribedSchedule[]
  readonly backups: BackupTasks
  readonly alerts: AlertBook
  readonly metrics: Metrics
  readonly realtime: Pick<Realtime, 'mount'>
  readonly inbox: Inbox
  readonly runLogs: RunLogs
  readonly log: PlatformLog
  readonly version: string
  readonly stopping: () => boolean
  /** Connections that another process accepts. Default: it listens itself. */
  readonly connections?: ConnectionSource
  /** The folder of the built console. Default: the plain page. */
  readonly console?: string
}

/** What stands in the reference though it is no endpoint of ours. The streams are told of in the reference of their protocol. */
export const servedApart: readonly DescribedAddress[] = [
  ...authPaths.map(({ path, ...rest }) => ({ ...rest, url: `${AUTH_PATH}${path}` })),
  samlAnswerAddress,
  samlMetadataAddress,
]

// A request under way is short; the runs need the rest of the half minute that supervisors grant.
const DRAIN_MS = 5_000
// How far each one is behind is counted for it; probes come from several sides every few seconds.
const PROJECTIONS_RECENT_MS = 5_000

/** The server with the platform's addresses and those of all apps. */
export function platformServer(options: PlatformServerOptions): HttpServer {
  const { config, apps, allApps, slos, services, engine, jobs, identity, audit, gate, queues } = options
  const { schedules, alerts, metrics, log, version, stopping, realtime, inbox } = options
  const { corsOrigins, maxConnections, maxConnectionsPerAddress } = config.http
  const built = consoleFiles(options.console)
  const projections = recently(() => engine.projections.list(), { forMs: PROJECTIONS_RECENT_MS, clock: engine.clock })
  const checks = [...readinessChecks({ ...config, engine, projections }), ...appChecks(apps, services, config.org.id)]
  const seen = { engine, reads: createForeignReads(audit, engine.clock) }
  const ofHttp = httpMetrics(metrics.meter)
  const versioned = mountVersions([
    ...identityEndpoints(identity),
    ...organisationLifeEndpoints({
      installation: identity.installation,
      contents: (org) => readContents({ database: engine.database, engine, apps: allApps }, org),
    }),
    ...runEndpoints({ ...seen, jobs }),
    ...runLogEndpoints(seen, options.runLogs),
    ...runOperationEndpoints({ ...seen, jobs, bulks: options.bulks }),
    ...runHistoryEndpoints({ ...seen, audit, bulks: options.bulks, users: identity.users }),
    ...errorEndpoints({ ...seen, faults: options.faults, users: identity.users }),
    ...workflowEndpoints(seen, apps),
    ...workflowOperationEndpoints(engine, jobs),
    ...signalEndpoints(engine),
    ...queueEndpoints({
      engine,
      jobs,
      worked: options.workedQueues,
      desk: options.queueDesk,
      waits: options.waits,
      audit,
    }),
    ...workerEndpoints(engine),
    ...streamEndpoints(engine),
    ...projectionEndpoints(engine, config.org.id),
    ...scheduleEndpoints({ engine, audit }, schedules),
    ...silenceEndpoints(alerts.silences),
    ...alertEndpoints(alerts),
    ...viewEndpoints(options.views),
    ...backupEndpoints({ engine, backups: options.backups, backupDir: backupsIn(config) }),
    ...consoleEndpoints({
      config,
      apps,
      version,
      jobs,
      columns: options.columns,
      mail: services.mail,
      orgName: identity.orgName,
    }),
    ...auditEndpoints(audit, identity),
    ...appListEndpoints(allApps, config),
    ...sampleEndpoints(apps, services),
    ...settingsEndpoints(config),
    ...logEndpoints(config),
    ...inboxEndpoints(inbox),
    ...apps.flatMap((app) => appEndpoints(app, services, config.org.id)),
  ])
  const endpoints = config.unversionedApi ? [...versioned, ...mountUnversioned(versioned)] : versioned
  const known = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.url}`, endpoint.known]))
  return createServer({
    host: config.host,
    port: config.port,
    ...(options.connections !== undefined && { connections: options.connections }),
    identity,
    audit,
    log: log.child({ part: 'http' }),
    metrics: {
      begin: ofHttp.begin,
      end(request) {
        ofHttp.end(request)
        slos.request({ ...request, endpoint: known.get(`${request.method} ${request.endpoint}`) ?? request.endpoint })
      },
    },
    limits: { drainMs: DRAIN_MS, connections: maxConnections, connectionsPerAddress: maxConnectionsPerAddress },
    gate,
    idempotency: createIdempotency(engine.database, engine.clock),
    corsOrigins,
    streams: realtime,
    trustedProxies: config.trustedProxies,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    scopes: [
      (scope) =>
        mountAuth(scope, {
          authenticate: identity.authenticate,
          handle: identity.handle,
          refusal: authRefusal,
          requireOneself: (request) => requireOneself(identity, request),
          count: ({ path, ...at }, request, reply) =>
            gate.count({ ...at, url: `${AUTH_PATH}${path}`, access: 'public' }, undefined, request, reply),
        }),
      (scope) => mountSamlAnswers(scope, identity.factors, gate),
    ],
    endpoints,
    ...(built !== undefined && { page: built.page }),
    documents: [
      ...(built?.routes ??
        overviewRoutes({
          engine,
          queues,
          checks: () => probeAll(checks),
          schedules,
          alerts,
          config,
          database: engine.database,
        })),
      assetRoute(),
      auditExport(audit),
      ...healthRoutes({ version, clock: engine.clock, stopping, checks }),
      ...metricsRoutes(metrics, { ...config, identity }),
      ...signInRoutes({ ...config, hasOwner: identity.hasOwner, mail: services.mail }),
      ...openApiRoutes({ endpoints: versioned, others: servedApart, apps, version, language: config.org.language }),
      secondFactorRoute(config),
      samlMetadataRoute(identity),
    ],
  })
}
