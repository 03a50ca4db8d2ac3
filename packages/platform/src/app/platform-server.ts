import type { Engine, QueueStatus } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import { alertEndpoints } from '../api/alerts.ts'
import { appEndpoints } from '../api/app-routes.ts'
import { auditEndpoints } from '../api/audit.ts'
import { auditExport } from '../api/audit-export.ts'
import { backupEndpoints } from '../api/backups.ts'
import { queueEndpoints } from '../api/queues.ts'
import { runEndpoints } from '../api/runs.ts'
import { scheduleEndpoints } from '../api/schedules.ts'
import type { AuditLog } from '../audit/log.ts'
import type { Identity } from '../auth/identity.ts'
import type { Config } from '../config/config.ts'
import { healthRoutes, probeAll, readinessChecks } from '../http/health.ts'
import { metricsRoutes } from '../http/metrics-route.ts'
import { createServer, type HttpServer } from '../http/server.ts'
import { mountUnversioned, mountVersions } from '../http/versions.ts'
import { createIdempotency } from '../idempotency/idempotency.ts'
import { httpMetrics } from '../observe/http-metrics.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import { recently } from '../observe/recently.ts'
import { openApiRoutes } from '../openapi/routes.ts'
import { overviewRoutes } from '../page/routes.ts'
import type { Gate } from '../rate/gate.ts'
import type { AnyApp } from './app.ts'
import type { DescribedSchedule } from './schedule.ts'
import type { Services } from './services.ts'

/** What the platform's server is made of. */
export interface PlatformServerOptions {
  readonly config: Config
  readonly apps: readonly AnyApp[]
  readonly services: Services
  readonly engine: Engine
  readonly identity: Identity
  readonly audit: AuditLog
  readonly gate: Gate
  /** The queues, as they were a moment ago at most. */
  readonly queues: () => Promise<readonly QueueStatus[]>
  readonly schedules: readonly DescribedSchedule[]
  readonly alerts: AlertBook
  readonly metrics: Metrics
  readonly log: PlatformLog
  readonly version: string
  readonly stopping: () => boolean
}

// A request under way is short; the runs need the rest of the half minute that supervisors grant.
const DRAIN_MS = 5_000
// How far each one is behind is counted for it; probes come from several sides every few seconds.
const PROJECTIONS_RECENT_MS = 5_000

/** The server with the platform's addresses and those of all apps. */
export function platformServer(options: PlatformServerOptions): HttpServer {
  const {
    config,
    apps,
    services,
    engine,
    identity,
    audit,
    gate,
    queues,
    schedules,
    alerts,
    metrics,
    log,
    version,
    stopping,
  } = options
  const { corsOrigins, maxConnections, maxConnectionsPerAddress } = config.http
  const projections = recently(() => engine.projections.list(), { forMs: PROJECTIONS_RECENT_MS, clock: engine.clock })
  const checks = readinessChecks({ ...config, engine, projections })
  const versioned = mountVersions([
    ...runEndpoints(engine),
    ...queueEndpoints(engine),
    ...scheduleEndpoints(engine),
    ...alertEndpoints(alerts),
    ...backupEndpoints(engine.database),
    ...auditEndpoints(audit),
    ...apps.flatMap((app) => appEndpoints(app, services)),
  ])
  return createServer({
    host: config.host,
    port: config.port,
    identity,
    audit,
    log: log.child({ part: 'http' }),
    metrics: httpMetrics(metrics.meter),
    limits: { drainMs: DRAIN_MS, connections: maxConnections, connectionsPerAddress: maxConnectionsPerAddress },
    gate,
    idempotency: createIdempotency(engine.database, engine.clock),
    corsOrigins,
    endpoints: config.unversionedApi ? [...versioned, ...mountUnversioned(versioned)] : versioned,
    documents: [
      ...overviewRoutes({
        engine,
        queues,
        checks: () => probeAll(checks),
        schedules,
        alerts,
        config,
        database: engine.database,
      }),
      auditExport(audit),
      ...healthRoutes({ version, clock: engine.clock, stopping, checks }),
      ...metricsRoutes(metrics),
      ...openApiRoutes({ endpoints: versioned, apps, version, language: config.org.language }),
    ],
  })
}
