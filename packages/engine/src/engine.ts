import { hostname } from 'node:os'
import { builtInWorkflows } from './built-in.ts'
import { systemClock } from './clock.ts'
import type { Engine, EngineOptions, QueueOptions, Role } from './engine-api.ts'
import { createEnqueuers, createRunServices, type EnqueuerParts } from './enqueuers.ts'
import { EngineError } from './errors.ts'
import { createEvents, planEvents } from './event/events.ts'
import { createRegistry, type Registry } from './job/registry.ts'
import { runLog, silentLogger } from './log.ts'
import { createQueues } from './operate/queues.ts'
import { createRuns } from './operate/runs.ts'
import { createSchedules } from './operate/schedules.ts'
import { createWorkflows } from './operate/workflows.ts'
import { assembleProjections } from './projection/assemble.ts'
import { listenToAppends } from './projection/listen.ts'
import { planProjections } from './projection/plan.ts'
import { createSource } from './projection/source.ts'
import { createEstimates } from './queue/estimates.ts'
import { inlineHeart, lastBeat, threadHeart } from './queue/heart.ts'
import { createShares } from './queue/shares.ts'
import { parkingGate } from './queue/starter.ts'
import { Upkeep } from './queue/upkeep.ts'
import { measureVitals } from './queue/vitals.ts'
import { Worker } from './queue/worker.ts'
import { systemRandom } from './random.ts'
import { planReactions } from './reaction/plan.ts'
import { planSchedules } from './schedule/plan.ts'
import { Scheduler } from './schedule/scheduler.ts'
import type { Database } from './store/database.ts'
import type { NewRun } from './store/hot.ts'
import { migrate, migrationStatus } from './store/migrate.ts'
import { engineMigrations } from './store/migrations/index.ts'
import { createHotStore, openDatabase } from './store/open.ts'
import { forgetOrganisation } from './store/organisation.ts'
import { createDatabaseClock } from './store/postgres/clock.ts'
import { readHeld } from './store/queues.ts'
import type { EngineTables } from './store/schema.ts'
import { listWorkers, setDraining } from './store/workers.ts'
import { collectSignals } from './workflow/signalling.ts'

const DAY_MS = 86_400_000
// The monotonic clock drifts by microseconds a second.
const TELL_MS = 9_000
const ROLES: readonly Role[] = ['api', 'worker', 'scheduler']

/**
 * Puts an engine together: checks every job and schedule, opens the database when given an address. Nothing runs before
 * `start`. Throws an `EngineError` that names what is wrong; then nothing is left open.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const queues: Readonly<Record<string, QueueOptions>> = { default: {}, ...options.queues }
  const served = servedQueues(queues, options.serves)
  const jobs = [...options.jobs, ...builtInWorkflows(() => registry, options.graph)]
  const registry: Registry = createRegistry(jobs, queues)
  const signals = collectSignals(registry)
  const org = options.org ?? 'main'
  const log = options.log ?? silentLogger
  const random = options.random ?? systemRandom
  const ownDatabase = 'kind' in options.database
  const plans = planSchedules(options.schedules ?? [], registry, org, (options.clock ?? systemClock).now())
  const { types, openKeys } = planEvents(options.events ?? [], options.personKeys)
  const isKnownEvent = (type: string): boolean => types.has(type)
  const projected = planProjections(options.projections ?? [], isKnownEvent)
  const reactions = planReactions(options.reactions ?? [], registry, isKnownEvent)
  const database = 'kind' in options.database ? await openDatabase(options.database) : options.database
  const hot = createHotStore(database)
  const databaseClock =
    database.dialect === 'postgres' && options.clock === undefined ? await createDatabaseClock(hot) : undefined
  const clock = options.clock ?? databaseClock ?? systemClock
  const db = () => database.kysely<EngineTables>()
  const estimates = createEstimates(db())

  let worker: Worker | undefined
  let vitals: ReturnType<typeof measureVitals> | undefined
  let upkeep: Upkeep | undefined
  let stopListening: (() => Promise<void>) | undefined
  const wake = (names?: Iterable<string>): void => {
    if (names === undefined) worker?.wakeAll()
    for (const name of names ?? []) worker?.wake(name)
  }
  const enqueued = (runs: readonly NewRun[]): void => {
    const now = new Set(runs.filter(({ due }) => due === null).map(({ queue }) => queue))
    wake(now)
    const due = Math.min(...runs.map((run) => run.due ?? Number.POSITIVE_INFINITY))
    if (Number.isFinite(due)) upkeep?.expect(due)
    if (now.size > 0) hot.announce('queued')
    if (Number.isFinite(due)) hot.announce('delayed')
  }
  const lookAround = (): void => {
    hot.rescan()
    wake()
    void worker?.checkCancels().catch(() => {})
    void worker?.checkDraining().catch(() => {})
  }
  const changed = (): void => {
    worker?.handBack()
    lookAround()
    upkeep?.pulse()
    hot.announce('changed')
  }
  const shares = createShares(hot, queues, options.weight ?? (() => 1))
  const { trace } = options
  const prepare = () => ({ registry, queues, org, now: clock.now(), trace: trace?.() })
  const listener = listenToAppends({
    projections: projected,
    reactions,
    enqueueing: { database, hot, shares, enqueued, prepare },
    now: () => clock.now(),
    appended() {
      projections.wake()
      hot.announce('appended')
    },
  })
  const { onErasure } = options
  const events = createEvents({ database, clock, log, org, types, keys: openKeys(database), onErasure, listener })
  const parts: EnqueuerParts = {
    database,
    hot,
    registry,
    queues,
    org,
    clock,
    shares,
    events,
    signals,
    enqueued,
    trace,
    released() {
      wake()
      hot.announce('queued')
    },
  }
  const { enqueuer, transaction, ground } = createEnqueuers(parts)
  const runs = createRuns({ database, hot, clock, prepare, changed })
  const { services } = options
  const onTrouble = options.onTrouble ?? (() => {})
  const source = createSource({ database, store: events.store, decode: events.decode })
  const projections = assembleProjections({ database, hot, clock, log, onTrouble, plans: projected, source, changed })
  const organisations = options.organisations ?? (async () => [org])
  const firing = { database, hot, shares, clock, plans, prepare, organisations, enqueued }
  const scheduler = new Scheduler({ ...firing, log, changed, onTrouble })

  const startWorker = async (): Promise<void> => {
    const inline = options.clock !== undefined
    let toldAt = Number.NEGATIVE_INFINITY
    vitals = measureVitals(options.version)
    worker = new Worker({
      database,
      hot,
      registry,
      queues: served,
      clock,
      log,
      estimates,
      expect: (due) => upkeep?.expect(due),
      onTrouble,
      onAttempt: options.onAttempt ?? (() => {}),
      name: `${hostname()}:${process.pid}`,
      stopMs: options.stopMs ?? 25_000,
      vitals: vitals.read,
      createHeart: (epoch, lost) =>
        inline ? inlineHeart(database, clock, epoch, lost) : threadHeart(database, epoch, lost),
      runServices: createRunServices(parts, {
        random,
        log,
        runLog: options.runLog ?? runLog,
        services,
      }),
    })
    upkeep = new Upkeep({
      database,
      hot,
      clock,
      random,
      log,
      wake,
      parkedFor: new Set([...registry.keys()].map(parkingGate)),
      room: () => worker?.room ?? [],
      retention: {
        endedMs: options.retention?.endedMs ?? 30 * DAY_MS,
        failedMs: options.retention?.failedMs ?? 90 * DAY_MS,
      },
      onTrouble,
      onForget: options.onForget,
      ownEpoch: () => worker?.epoch ?? 0,
      onRescue: () => projections.look(),
      onPulse: async (pulse) => {
        projections.pulse(pulse)
        await estimates.save(clock.now())
        await worker?.lookForLostClaims()
        if (pulse.draining || worker?.draining === true) await worker?.checkDraining()
        // By the clock, not by the number of pulses: on SQLite each write nudges every other process into one more, and
        // eight of them would go on telling each other how they are.
        if (Math.abs(clock.now() - toldAt) < TELL_MS) return
        toldAt = clock.now()
        await databaseClock?.sync()
        await worker?.tellVitals()
      },
    })
    await worker.start()
    projections.start(() => worker?.epoch ?? 0)
    upkeep.start()
    stopListening = await hot.listen((news) => {
      if (news.has('changed')) {
        void worker?.handBackStopped().catch(() => {})
        lookAround()
      }
      if (news.has('changed') || news.has('delayed')) upkeep?.nudge()
      if (news.has('queued')) wake()
      if (news.has('appended')) projections.wake()
    })
  }

  const migrateEngine = async (): Promise<void> => {
    await migrate(database, [engineMigrations(database.dialect)], () => clock.now())
    await events.store.mend()
    await events.api.checkKeys()
  }
  const setDrain = async (epoch: number, since: number | null): Promise<void> => {
    const isKnown = Number.isSafeInteger(epoch) && (await setDraining(db(), epoch, since))
    if (!isKnown) throw new EngineError('WORKER_UNKNOWN', `there is no worker ${epoch}: it may have ended meanwhile`)
    changed()
  }
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await scheduler.stop()
    await stopListening?.()
    await projections.stop()
    await upkeep?.stop()
    await worker?.stop()
    vitals?.stop()
    await estimates.save(clock.now()).catch(() => {})
    if (ownDatabase) await database[Symbol.asyncDispose]()
  }

  return {
    ...enqueuer({}),
    ...events.append({}),
    database,
    clock,
    events: events.api,
    projections: projections.projections,
    transaction: (work) => transaction({}, work),
    runs,
    queues: createQueues({ database, clock, names: Object.keys(queues), changed }),
    workflows: createWorkflows({ ...parts, runs, prepare, changed, random, log, services, enqueuing: ground({}) }),
    schedules: createSchedules({ ...firing, scheduler }),
    async workers() {
      const held = await readHeld(db())
      return (await listWorkers(db())).map((row) => {
        const runIds = held.get(row.epoch) ?? []
        return { ...row, beatAt: lastBeat(database, row), running: runIds.length, runIds }
      })
    },
    drain: (epoch) => setDrain(epoch, clock.now()),
    undrain: (epoch) => setDrain(epoch, null),
    forgetOrganisation: (name, signal) => forgetOrganisation(db(), name, { onForget: options.onForget, signal }),
    migrate: migrateEngine,
    migrations: () => migrationStatus(database, [engineMigrations(database.dialect)]),
    async start({ roles = ROLES } = {}) {
      await migrateEngine()
      await projections.declare()
      if (roles.includes('worker')) await startWorker()
      if (roles.includes('scheduler')) await scheduler.start()
    },
    stop: () => (stopping ??= stop()),
    async healthy() {
      const store = await readStore(database)
      return {
        worker: stopping === undefined && worker?.healthy === true && upkeep?.healthy === true,
        scheduler: scheduler.healthy,
        store,
        ...(worker?.draining === true && { draining: true }),
      }
    },
    [Symbol.asyncDispose]: () => (stopping ??= stop()),
  }
}

async function readStore(database: Database): Promise<boolean> {
  try {
    await listWorkers(database.kysely<EngineTables>())
    return true
  } catch {
    return false
  }
}

function servedQueues(queues: Readonly<Record<string, QueueOptions>>, serves: readonly string[] = Object.keys(queues)) {
  for (const name of serves) {
    if (Object.hasOwn(queues, name)) continue
    const known = Object.keys(queues).join(', ')
    throw new EngineError('QUEUE_UNKNOWN', `there is no queue ${name} to serve: choose from ${known}`)
  }
  return Object.fromEntries(Object.entries(queues).filter(([name]) => serves.includes(name)))
}
