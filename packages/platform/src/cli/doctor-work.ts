import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BEGUN } from '../alert/misfits.ts'
import { migrationNames, misplaced } from '../app/migration-order.ts'
import { personKeyFile, refusePersonKey } from '../app/person-key.ts'
import { ERASURES, readErasures } from '../backup/erasures.ts'
import { liveWorkers } from '../observe/live-workers.ts'
import { stumblesOf } from '../observe/stumbles.ts'
import { backupFolder } from './backup-find.ts'
import type { Check, OpenPatient } from './doctor-finding.ts'
import { migrationsOf } from './session.ts'
import { databaseTime, databaseVersion, integrityFaults } from './store.ts'
import { fromNow, spell } from './time.ts'

const SKEW_MS = 2_000
// A scheduler looks after its slots every five seconds.
const OVERDUE_MS = 60_000
// Some 0.2 s of reading.
const FEW_WORKFLOWS = 1_000

/** Whether the tables are there; what follows needs them. */
export const TABLE_CHECKS: readonly Check<OpenPatient>[] = [
  {
    name: 'database',
    async look({ platform, program }) {
      const version = await databaseVersion(platform.database)
      const faults = await integrityFaults(platform.database)
      if (faults.length === 0) return { level: 'ok', message: `${version} answers and is sound` }
      return faults.map((message) => ({ level: 'fail', message, next: `restore a backup: ${program} backup list` }))
    },
  },
  {
    name: 'migrations',
    async look({ platform, program }) {
      const all = await migrationsOf(platform)
      const of = (wanted: string) => all.filter(({ state }) => state === wanted)
      const [pending, changed, unknown] = [of('pending'), of('changed'), of('unknown')]
      if (changed.length > 0) {
        return {
          level: 'fail',
          message: `edited after they were applied: ${migrationNames(changed)}`,
          next: 'undo the edit and add a new migration',
        }
      }
      const wrong = misplaced(all)
      if (wrong.length > 0) return wrong.map((message) => ({ level: 'fail', message, next: 'rename it' }))
      if (pending.length > 0)
        return { level: 'fail', message: `missing: ${migrationNames(pending)}`, next: `${program} migrate up` }
      if (unknown.length > 0) {
        return {
          level: 'warn',
          message: `this code does not have ${migrationNames(unknown)}`,
          next: `run the version that has it, or undo it with that one: ${program} migrate down`,
        }
      }
      return { level: 'ok', message: `all ${all.length} applied` }
    },
  },
]

/** What the engine does and has left undone. */
export const WORK_CHECKS: readonly Check<OpenPatient>[] = [
  {
    name: 'shared keys',
    async look({ platform }) {
      const wrong = await platform.sharedKeys.wrong()
      if (wrong.length > 0) return wrong.map((message) => ({ level: 'fail', message }))
      return { level: 'ok', message: 'REGIE_SECRET and REGIE_AUDIT_KEY are those this database is used with' }
    },
  },
  {
    name: 'clock',
    async look({ platform, now }) {
      const there = await databaseTime(platform.database)
      const beats = (await liveWorkers(platform.engine)).map(({ beatAt }) => beatAt)
      const ahead = there === undefined ? Math.max(0, ...beats) - now : there - now
      const message =
        there === undefined ? 'no instant in the database is yet to come' : `${Math.abs(ahead)} ms from the database's`
      if (Math.abs(ahead) <= SKEW_MS || (there === undefined && ahead < SKEW_MS)) return { level: 'ok', message }
      const direction = ahead > 0 ? 'behind' : 'ahead of'
      return {
        level: 'warn',
        message: `this machine is ${spell(Math.abs(ahead))} ${direction} the database`,
        next: 'switch on time synchronisation (NTP)',
      }
    },
  },
  {
    name: 'queues',
    async look({ platform, program }) {
      const all = await platform.engine.queues.list()
      const paused = all.filter(({ pausedAt }) => pausedAt !== undefined)
      const alive = (await liveWorkers(platform.engine)).filter((worker) => worker.alive)
      // Without any process, the check of processes says so.
      const unserved = all.filter(({ name }) => alive.length > 0 && !alive.some(({ queues }) => queues.includes(name)))
      if (paused.length + unserved.length === 0) return { level: 'ok', message: `${all.length} open` }
      const alone = unserved.map(({ name, queued }) => ({
        level: 'warn' as const,
        message: `no process serves ${name}: ${queued} wait`,
        next: `start one whose REGIE_QUEUES has ${name}, or is not set`,
      }))
      const resumable = paused.map(({ name, queued, pausedReason = '' }) => ({
        level: 'warn' as const,
        message: `${name} is paused (${pausedReason}): ${queued} wait`,
        next: `${program} queues resume ${name}`,
      }))
      return [...resumable, ...alone]
    },
  },
  {
    name: 'processes',
    async look({ platform, program }) {
      const all = await liveWorkers(platform.engine)
      const alive = all.filter((worker) => worker.alive)
      const silent = all.filter((worker) => !worker.alive)
      if (alive.length === 0) return { level: 'warn', message: 'none runs jobs', next: `${program} start` }
      const message = `${alive.map(({ name }) => name).join(', ')} ${alive.length === 1 ? 'runs' : 'run'} jobs`
      if (silent.length === 0) return { level: 'ok', message }
      return {
        level: 'warn',
        message: `${message}; ${silent.map(({ name }) => name).join(', ')} is silent`,
        next: 'its runs are taken over by the others',
      }
    },
  },
  {
    name: 'schedules',
    async look({ platform, program }) {
      const { engine } = platform
      const now = engine.clock.now()
      const all = await engine.schedules.list()
      if (all.length === 0) return { level: 'warn', message: 'none is known yet', next: `${program} start` }
      const late = all.filter(
        ({ nextSlot, pausedAt }) => pausedAt === undefined && nextSlot !== undefined && now - nextSlot > OVERDUE_MS,
      )
      const paused = all.filter(({ pausedAt }) => pausedAt !== undefined)
      if (late.length > 0) {
        const names = late.map(({ name, nextSlot = now }) => `${name} (${fromNow(nextSlot, now)})`).join(', ')
        return {
          level: 'fail',
          message: `due and not fired: ${names}`,
          next: `${program} start, or ${program} schedules run`,
        }
      }
      if (paused.length > 0) {
        return {
          level: 'warn',
          message: `paused: ${paused.map(({ name }) => name).join(', ')}`,
          next: `${program} schedules resume <name>`,
        }
      }
      return { level: 'ok', message: `${all.length}, none overdue` }
    },
  },
  {
    name: 'projections',
    async look({ platform, program }) {
      const all = await platform.engine.projections.list()
      const stumbling = all.flatMap(stumblesOf)
      if (stumbling.length === 0)
        return { level: 'ok', message: all.length === 0 ? 'there is none' : `${all.length} go on` }
      return stumbling.map(({ name, stopped, why }) => ({
        level: stopped ? 'fail' : 'warn',
        message: `${name} ${stopped ? 'has stopped' : 'stumbles and tries again'}: ${why}`,
        next: `correct the cause, then ${program} projections resume ${name}`,
      }))
    },
  },
  {
    name: 'person keys',
    async look({ platform, config }) {
      await platform.engine.events.checkKeys().catch(refusePersonKey(config))
      const file = personKeyFile(config)
      if (config.personKeys !== undefined || !existsSync(file)) return { level: 'ok', message: 'the key fits' }
      return {
        level: 'warn',
        message: `the key is in ${file}, and lost with it is all that is known of persons`,
        next: 'keep a copy of it apart from the data, or set REGIE_PERSON_KEY to what it holds',
      }
    },
  },
  {
    name: 'erasures',
    async look({ platform, config, program }) {
      const { erasures, unreadable } = await readErasures(backupFolder(config))
      const listed = new Set(erasures.map(({ org, person }) => `${org}\u001f${person}`))
      let missing = 0
      for await (const { org, person } of platform.engine.events.erasures())
        if (!listed.has(`${org}\u001f${person}`)) missing++
      const broken = unreadable.map((place) => ({
        level: 'warn' as const,
        message: `${place} cannot be read`,
        next: 'correct the line, or remove it and forget that person again',
      }))
      if (missing === 0)
        return [...broken, { level: 'ok', message: `${listed.size} known, which a restore does again` }]
      const message = `${missing} not in ${join(backupFolder(config), ERASURES)}: restoring a backup would undo them`
      return [...broken, { level: 'warn', message, next: `${program} backup run adds them` }]
    },
  },
  {
    name: 'workflows',
    async look({ platform, program }) {
      const { checked, findings, more } = await platform.engine.workflows.check({ filter: BEGUN, limit: FEW_WORKFLOWS })
      const looked = more ? `the oldest ${checked}` : `${checked}`
      if (findings.length === 0) return { level: 'ok', message: `the code follows ${looked} that wait` }
      const runs = findings.slice(0, 5).map(({ runId }) => runId)
      return {
        level: 'warn',
        message: `${findings.length} of ${looked} that wait cannot go on with this code: ${runs.join(', ')}${findings.length > runs.length ? ', …' : ''}`,
        next: `${program} workflows check says why; keep the old way behind wf.since()`,
      }
    },
  },
  {
    name: 'dead letters',
    async look({ platform, program }) {
      const failed = await platform.engine.runs.count({ state: ['failed'] })
      if (failed === 0) return { level: 'ok', message: 'none' }
      return {
        level: 'warn',
        message: `${failed} ${failed === 1 ? 'run has' : 'runs have'} failed for good`,
        next: `${program} jobs list --state failed`,
      }
    },
  },
  {
    name: 'alerts',
    async look({ platform, program }) {
      const { alerts, next } = await platform.alerts.list({ open: true }, { limit: 200 })
      if (alerts.length === 0) return { level: 'ok', message: 'none is open' }
      const count = `${alerts.length}${next === undefined ? '' : ' or more'}`
      return { level: 'warn', message: `${count} open`, next: `${program} alerts list` }
    },
  },
]
