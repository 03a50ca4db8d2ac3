import {
  type Clock,
  createEngine,
  type EndedAttempt,
  type Engine,
  openDatabase,
  type Random,
  systemClock,
  systemRandom,
} from '@regie/engine'
import { createAlerts } from '../alert/book.ts'
import { discordChannel } from '../alert/discord.ts'
import { openAuditLog } from '../audit/open.ts'
import type { Identity } from '../auth/identity.ts'
import { createPlatformIdentity, type PlatformIdentity } from '../auth/platform-identity.ts'
import { openErasureList } from '../backup/erasures.ts'
import { finishRestore } from '../backup/plan.ts'
import { createBackupTasks } from '../backup/tasks.ts'
import type { Config } from '../config/config.ts'
import type { ConnectionSource } from '../http/connections.ts'
import { createInbox, type Inbox } from '../inbox/inbox.ts'
import { tellAlerts } from '../live/alerts.ts'
import { platformTopics, startLive } from '../live/live.ts'
import { ownRuns } from '../live/own-runs.ts'
import { createMailer } from '../mail/create.ts'
import { platformMigrations } from '../migrations/index.ts'
import { jobMetrics } from '../observe/job-metrics.ts'
import { createLog, type PlatformLog } from '../observe/log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { recently } from '../observe/recently.ts'
import { sloMetrics } from '../observe/slo-metrics.ts'
import { currentTrace } from '../observe/trace.ts'
import { createRates } from '../rate/create.ts'
import { createRealtime, type Realtime, type RealtimeTuning } from '../realtime/realtime.ts'
import { createRunLogs } from '../run-log/run-logs.ts'
import { sharedKeys } from '../security/shared-keys.ts'
import { platformTasks } from '../tasks/tasks.ts'
import { requireApps, validateApps } from '../validate/validate.ts'
import type { AnyApp } from './app.ts'
import { createServices } from './create-services.ts'
import { makeDataDir } from './data-dir.ts'
import { backupOptions, backupsIn, queuesOf } from './derived.ts'
import { createOperations } from './operations.ts'
import { personKeysOf } from './person-key.ts'
import { livePlatform, type Platform } from './platform.ts'
import { platformServer, servedApart } from './platform-server.ts'
import { appsOn } from './switches.ts'

/** What a platform is composed of. */
export interface PlatformOptions {
  /** From {@link parseConfig}, called with the same apps. */
  readonly config: Config
  readonly apps: readonly AnyApp[]
  readonly clock?: Clock
  readonly random?: Random
  /** Default: standard output and the log files of the data directory. */
  readonly log?: PlatformLog
  /** For calls to the outside, such as Discord. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
  /** Who asks. Default: whoever reaches this machine's loopback address is its operator. */
  readonly identity?: Identity
  /** Shown by `/health`. Default `dev`. */
  readonly version?: string
  /** The folder of the built console, served at `/`. Default: none, a plain page is shown there. */
  readonly console?: string
  /** Connections that another process accepts for this one. Default: it listens itself. */
  readonly connections?: ConnectionSource
  /** Limits and times of live updates, for tests. */
  readonly realtime?: RealtimeTuning
  /** Hosts of push services. Default: those of the usual browsers. */
  readonly pushHosts?: readonly string[]
}

// Counting waiting runs reads them all; scrapers and open pages together cost one count in this time.
const QUEUES_RECENT_MS = 2_000
// With 5 s for requests before, and a second to interrupt what does not end, all is over within 25 s.
const RUNS_STOP_MS = 18_000

/**
 * Composes a platform; nothing runs before `start`. Opens the database, so call `stop` even when it was never started.
 * Finishes a restore that was cut off, before anything else. Throws `APP_INVALID` with all problems of the apps in one
 * message, `CONFIG_INVALID` when the data folder cannot be made, and `RESTORE_REFUSED` when that restore cannot be finished because a process still uses the database.
 */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const { config, apps: allApps, random = systemRandom, fetch = globalThis.fetch, version = 'dev' } = options
  requireApps(allApps)
  const apps = appsOn(allApps, config)
  // The engine goes by the database's clock on PostgreSQL, unless it is given one.
  const clock = options.clock ?? systemClock
  await makeDataDir(config.dataDir)
  const finished = await finishRestore(config.dataDir)
  const log = options.log ?? createLog({ config, clock })
  if (finished) log.warn({}, 'finished a restore that had been cut off')
  const database = await openDatabase(config.database)
  try {
    const mail = createMailer(config, clock)
    const channels =
      config.discordWebhook === undefined
        ? []
        : [discordChannel({ webhook: config.discordWebhook, publicUrl: config.publicUrl, clock, fetch })]
    const onChange = tellAlerts(() => realtime, clock)
    const alerts = createAlerts({ database, clock, log, org: config.org.id, channels, onChange })
    const audit = await openAuditLog({ database, config, log, alerts, clock: () => engine.clock, timers: clock })
    const shared = sharedKeys(database, config)
    // What another key signs here would look forged once the right one is back.
    if (finished && (await shared.wrong()).length === 0)
      await audit.rewind().catch((err: unknown) => log.error({ err }, 'the audit log knows nothing of the restore'))
    const metrics = createMetrics()
    const ownIdentity = await createPlatformIdentity({
      ...{ config, apps, database, clock, log, mail, audit },
      meter: metrics.meter,
      inbox: () => inbox,
      services: () => services,
    })
    const identity: PlatformIdentity = { ...ownIdentity, ...options.identity }
    const realtime: Realtime = createRealtime({
      database,
      clock,
      identity,
      version,
      log: log.child({ part: 'realtime' }),
      isOwn: ownRuns(() => engine),
      topics: [...platformTopics, ...apps.flatMap((app) => app.topics ?? [])],
      origins: config.http.corsOrigins,
      ...(config.http.redisUrl !== undefined && { redisUrl: config.http.redisUrl }),
      ...options.realtime,
    })
    const inbox: Inbox = createInbox({
      database,
      clock,
      fetch,
      engine: () => engine,
      publisher: realtime,
      mailFrom: config.mailFrom,
      ...(options.pushHosts !== undefined && { pushHosts: options.pushHosts }),
    })
    const runLogs = createRunLogs({ database, clock: () => engine.clock, log })
    const services = createServices({
      ...{ config, random, log, mail, alerts, audit, runLogs, realtime, inbox, database },
      engine: () => engine,
    })
    const operations = createOperations({
      engine: () => engine,
      ...{ database, audit, alerts, log, config, allApps, apps },
    })
    const tasks = platformTasks({
      config,
      apps: allApps,
      ...{ alerts, inbox, audit, services, runLogs },
      faults: operations.faults,
      bulks: operations.bulks,
      organisations: identity.installation.ids,
      sweepSessions: identity.sweep,
    })
    const backups = createBackupTasks({ ...backupOptions(config), versions: { regie: version } })
    const own = {
      jobs: [...tasks.jobs, ...backups.jobs, ...inbox.jobs],
      schedules: [...tasks.schedules, ...backups.schedules],
    }
    await validateApps({ apps: allApps, config, ...own })
    const personKeys = await personKeysOf(allApps, config)
    const jobs = [...own.jobs, ...apps.flatMap((app) => [...app.jobs, ...app.workflows])]
    const schedules = [...own.schedules, ...apps.flatMap((app) => app.schedules)]
    const slos = sloMetrics(metrics.meter, apps)
    const reportJob = (attempt: EndedAttempt) => {
      ofJobs(attempt)
      if (attempt.queuedMs !== undefined) waits.count(attempt.queue, attempt.queuedMs)
      slos.attempt(attempt)
    }
    const { faults, views, queueDesk, waits } = operations
    const workedQueues = queuesOf(allApps, config)
    const erasures = openErasureList(backupsIn(config))
    const queues = recently(() => engine.queues.list(), { forMs: QUEUES_RECENT_MS, clock })
    const ofJobs = jobMetrics(metrics.meter, queues)
    const engine: Engine = await createEngine({
      database,
      jobs,
      schedules,
      // What an app that is switched off has kept stays readable; it does nothing more.
      events: allApps.flatMap((app) => app.events),
      projections: allApps.flatMap((app) => app.projections),
      reactions: apps.flatMap((app) => app.reactions),
      queues: workedQueues,
      ...(config.servedQueues !== undefined && { serves: config.servedQueues }),
      org: config.org.id,
      organisations: identity.installation.ids,
      ...(personKeys !== undefined && { personKeys }),
      onErasure: async (erasure) => {
        await erasures.add([erasure])
        await audit.forget(erasure.org, erasure.person)
        await engine.transaction((tx) => runLogs.forgetPersons(tx, erasure.org, [erasure.person]))
      },
      onForget: runLogs.forgetRuns,
      runLog: runLogs.logger,
      trace: currentTrace,
      ...(options.clock !== undefined && { clock: options.clock }),
      random,
      version,
      stopMs: RUNS_STOP_MS,
      log: log.child({ part: 'engine' }),
      services,
      onTrouble: operations.tell,
      onAttempt: reportJob,
    })
    const rates = await createRates({ config, database, clock: engine.clock, log: log.child({ part: 'http' }) })
    const life = { stopping: false }
    const server = platformServer({
      config,
      apps,
      allApps,
      slos,
      services,
      engine,
      jobs,
      identity,
      realtime,
      inbox,
      audit,
      gate: rates.gate,
      queues,
      workedQueues,
      schedules,
      backups,
      alerts,
      faults,
      views,
      columns: operations.columns,
      bulks: operations.bulks,
      queueDesk,
      waits,
      runLogs,
      metrics,
      log,
      version,
      stopping: () => life.stopping,
      ...(options.console !== undefined && { console: options.console }),
      ...(options.connections !== undefined && { connections: options.connections }),
    })
    const migrationSets = [platformMigrations, ...allApps.map(({ id, migrations }) => ({ owner: id, migrations }))]
    const stopLive = startLive({ engine, queues, runLogs, realtime, clock, log, org: config.org.id })
    const live = { [Symbol.asyncDispose]: async () => stopLive() }
    // Trouble that came up while the engine stopped is still to become an alert.
    const told = { [Symbol.asyncDispose]: operations.settle }
    const disposables = [told, live, realtime, alerts, mail, metrics, rates, database]
    return livePlatform(
      {
        config,
        apps,
        allApps,
        database,
        engine,
        identity,
        services,
        alerts,
        faults,
        views,
        queueDesk,
        causes: operations.causes,
        misfits: operations.misfits,
        waits,
        realtime,
        inbox,
        audit,
        sharedKeys: shared,
        runLogs,
        log,
        metrics,
        endpoints: server.endpoints,
        servedApart,
        documents: server.documents,
        jobs,
        schedules,
        migrationSets,
        backups,
      },
      erasures,
      server,
      life,
      disposables,
    )
  } catch (error) {
    await database[Symbol.asyncDispose]()
    log.close()
    throw error
  }
}
