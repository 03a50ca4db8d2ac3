import type { Database, Engine, MigrationSet, MigrationStatus } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import type { AuditLog } from '../audit/log.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import type { OpenErasureList } from '../backup/erasures.ts'
import type { BackupTasks } from '../backup/tasks.ts'
import type { Config } from '../config/config.ts'
import type { DescribedAddress, DocumentRoute, Endpoint } from '../http/endpoint.ts'
import type { ClosingOptions, HttpServer } from '../http/server.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Realtime } from '../realtime/realtime.ts'
import type { RunLogs } from '../run-log/run-logs.ts'
import type { SharedKeys } from '../security/shared-keys.ts'
import type { AnyApp } from './app.ts'
import type { GuardedJob } from './by-hand.ts'
import { migrateInOrder } from './migration-order.ts'
import type { Operations } from './operations.ts'
import { refusePersonKey } from './person-key.ts'
import type { DescribedSchedule } from './schedule.ts'
import type { Services } from './services.ts'
import { openStarts } from './starts.ts'

/** Everything composed: an engine with the jobs of the platform and of its apps, and the HTTP server over them. */
export interface Platform
  extends AsyncDisposable,
    Pick<Operations, 'faults' | 'views' | 'queueDesk' | 'waits' | 'causes' | 'misfits'> {
  readonly config: Config
  /** Those that are switched on. */
  readonly apps: readonly AnyApp[]
  /** All of them. */
  readonly allApps: readonly AnyApp[]
  readonly database: Database
  readonly engine: Engine
  /** Users, roles, keys and sessions. */
  readonly identity: PlatformIdentity
  readonly services: Services
  readonly alerts: AlertBook
  readonly realtime: Realtime
  readonly inbox: Inbox
  /** Who did what: `record` for what no endpoint of ours does, such as signing in. */
  readonly audit: AuditLog
  /** Whether this process has the keys that the database is used with. */
  readonly sharedKeys: SharedKeys
  /** What runs have logged. */
  readonly runLogs: RunLogs
  readonly log: PlatformLog
  readonly metrics: Metrics
  /** Every address that takes and gives JSON. */
  readonly endpoints: readonly Endpoint[]
  /** What stands in the reference besides: ways in that better-auth and SAML define. */
  readonly servedApart: readonly DescribedAddress[]
  /** Every address that answers something else: pages, probes, texts for machines. */
  readonly documents: readonly DocumentRoute[]
  readonly jobs: readonly GuardedJob[]
  readonly schedules: readonly DescribedSchedule[]
  /** The backup jobs; `manual` has no schedule. */
  readonly backups: BackupTasks
  /** The migrations of the platform and of the apps; the engine's own are apart. */
  readonly migrationSets: readonly MigrationSet[]
  /** Brings all tables up to date: engine, platform, apps. Answers what was applied besides the engine's. */
  migrate(): Promise<readonly MigrationStatus[]>
  /**
   * Migrates, listens when the role `api` is configured, then takes up the roles. Answers the address, if any, and the link
   * with which the first administrator comes in, while there is none.
   */
  start(): Promise<{ readonly address?: string; readonly setupLink?: string }>
  /**
   * Lets requests and runs finish (at most 25 s), then lets go of everything. With `lingerMs`, connections that are kept
   * open are told first. Twice is once.
   */
  stop(options?: ClosingOptions): Promise<void>
}

type Parts = Omit<Platform, 'migrate' | 'start' | 'stop' | typeof Symbol.asyncDispose>

/** Gives what is composed its start and its end. */
export function livePlatform(
  parts: Parts,
  erasures: OpenErasureList,
  server: HttpServer,
  life: { stopping: boolean },
  disposables: readonly Partial<AsyncDisposable>[],
): Platform {
  const { config, apps, services, database, engine, identity, audit, runLogs, log, migrationSets } = parts
  const { realtime, waits, queueDesk, causes, misfits } = parts
  const starts = openStarts(apps, services, config.org.id)
  let stopped: Promise<void> | undefined
  const migrateAll = async (): Promise<readonly MigrationStatus[]> => {
    await engine.migrate().catch(refusePersonKey(config))
    // Before anything is written with another key, and once there is a table to keep it in.
    await parts.sharedKeys.refuse()
    const applied = await migrateInOrder(database, migrationSets, log)
    await parts.sharedKeys.require()
    // What there was before there were organisations belongs to the configured one.
    await identity.prepareOrganisation()
    return applied
  }
  const stop = async (options?: ClosingOptions): Promise<void> => {
    life.stopping = true
    await server.close(options)
    await starts[Symbol.asyncDispose]()
    // What still works may need what stands behind it.
    for (const each of [queueDesk, misfits, causes, engine, waits, runLogs, audit]) await each.stop()
    for (const disposable of disposables) await disposable[Symbol.asyncDispose]?.()
    log.info({}, 'stopped')
    log.close()
  }
  return {
    ...parts,
    migrate: migrateAll,
    async start() {
      for (const warning of config.warnings) log.warn({}, warning)
      const applied = await migrateAll()
      if (applied.length > 0)
        log.info({ applied: applied.map(({ owner, name }) => `${owner}/${name}`) }, 'tables are up to date')
      // A process may have died between forgetting somebody and saying so. Without the list, the backups still are right.
      await erasures
        .add(engine.events.erasures())
        .catch((err: unknown) => log.error({ err }, 'erasures are not listed'))
      await audit
        .forgetAgain()
        .catch((err: unknown) => log.error({ err }, 'the audit log still tells of somebody who was forgotten'))
      void runLogs
        .carryOut()
        .catch((err: unknown) => log.error({ err }, 'lines of runs still tell of who was forgotten'))
      await realtime.start({ hears: config.roles.includes('api') })
      const address = config.roles.includes('api') ? await server.listen() : undefined
      const setupLink = address === undefined ? undefined : await identity.prepare(address)
      await engine.start({ roles: config.roles })
      waits.start()
      if (config.roles.includes('scheduler')) for (const each of [audit, queueDesk, causes, misfits]) each.start()
      await starts.start()
      log.info({ address, roles: config.roles, dataDir: config.dataDir }, 'started')
      return { ...(address !== undefined && { address, ...(setupLink !== undefined && { setupLink }) }) }
    },
    stop: (options) => (stopped ??= stop(options)),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}
