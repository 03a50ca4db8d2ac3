import type { Engine } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import type { Config } from '../config/config.ts'
import { alertEndpoints } from '../http/api/alerts.ts'
import { appEndpoints } from '../http/api/app-routes.ts'
import { backupEndpoints } from '../http/api/backups.ts'
import { queueEndpoints } from '../http/api/queues.ts'
import { runEndpoints } from '../http/api/runs.ts'
import { scheduleEndpoints } from '../http/api/schedules.ts'
import { healthRoutes, readinessChecks } from '../http/health.ts'
import { metricsRoutes } from '../http/metrics-route.ts'
import { overviewRoutes } from '../http/page/routes.ts'
import { createServer, type HttpServer } from '../http/server.ts'
import { httpMetrics } from '../observe/http-metrics.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { AnyApp } from './app.ts'
import type { Services } from './services.ts'

/** What the platform's server is made of. */
export interface PlatformServerOptions {
  readonly config: Config
  readonly apps: readonly AnyApp[]
  readonly services: Services
  readonly engine: Engine
  readonly alerts: AlertBook
  readonly metrics: Metrics
  readonly log: PlatformLog
  readonly version: string
  readonly stopping: () => boolean
}

// A request under way is short; the runs need the rest of the half minute that supervisors grant.
const DRAIN_MS = 5_000

/** The server with the platform's addresses and those of all apps. */
export function platformServer(options: PlatformServerOptions): HttpServer {
  const { config, apps, services, engine, alerts, metrics, log, version, stopping } = options
  return createServer({
    host: config.host,
    port: config.port,
    log: log.child({ part: 'http' }),
    metrics: httpMetrics(metrics.meter),
    limits: { drainMs: DRAIN_MS },
    endpoints: [
      ...runEndpoints(engine),
      ...queueEndpoints(engine),
      ...scheduleEndpoints(engine),
      ...alertEndpoints(alerts),
      ...backupEndpoints(engine.database),
      ...apps.flatMap((app) => appEndpoints(app, services, config.org.id)),
    ],
    documents: [
      ...overviewRoutes({ engine, alerts, config, database: engine.database }),
      ...healthRoutes({ version, clock: engine.clock, stopping, checks: readinessChecks({ ...config, engine }) }),
      ...metricsRoutes(metrics),
    ],
  })
}
