import type { Clock, Engine, Logger } from '@regie/engine'
import type { AuditLog } from '../audit/log.ts'
import type { AuditVerification } from '../audit/verify.ts'
import type { Fault, Faults } from '../fault/faults.ts'
import type { AlertBook } from './book.ts'
import type { Misfits } from './misfits.ts'
import type { AlertRecord } from './record.ts'

/** Ends alerts whose cause is gone: nobody should have to resolve what is mended already. */
export interface AlertCauses {
  /** Looks at every open alert once. Never throws. */
  settle(): Promise<void>
  /** Looks at that of a job. Never throws. */
  settleJob(org: string, job: string): Promise<void>
  /** Looks again every five seconds, or less often where that takes long, in the process that keeps schedules. */
  start(): void
  stop(): Promise<void>
}

/** What causes are looked up in. */
export interface CauseSources {
  readonly engine: () => Pick<Engine, 'clock' | 'schedules' | 'projections' | 'workers'>
  readonly faults: () => Pick<Faults, 'list'>
  readonly alerts: Pick<AlertBook, 'list' | 'resolve' | 'recount'>
  readonly audit: Pick<AuditLog, 'verify'>
  readonly misfits: Pick<Misfits, 'left'>
  readonly log: Logger
}

const LOOK_MS = 5_000
// Groups of a million failed runs take the database 0.2 s: it is asked for a twentieth of the time at most.
const REST_FACTOR = 20
// A database that is raised again and again, but answers in between, is no good one.
const STORE_QUIET_MS = 60_000
// Nor is a process that dies again and again; nor is the audit log read for ever because an alert is open.
const LASTING_MS = 600_000

/** What has become of a cause: undefined when it is gone, else how often it happened where that is known. */
type Standing = { readonly count?: number } | undefined

/** Remembers what was read for each key. */
function remembering<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const values = new Map<string, Promise<Value>>()
  return (key) => {
    const value = values.get(key) ?? read(key)
    values.set(key, value)
    return value
  }
}

/**
 * The causes of what the engine's trouble raises (see trouble.ts): a job's runs that have failed, or are tried again, and are
 * neither muted nor resolved; a schedule that has not fired since, a projection that stands, a database that does not answer.
 * Besides: an audit log that is not whole, which is read in the background, with rests of ten minutes at least; a fault of a process,
 * until one that began later, and has not had it, has run for ten minutes; workflows that do not fit the code, until they do or wait
 * no more. Others end by hand only.
 */
export function createAlertCauses({ engine, faults, alerts, audit, misfits, log }: CauseSources): AlertCauses {
  let verified: { readonly at: number; readonly found: AuditVerification } | undefined
  let verifying: Promise<void> | undefined
  let verifyFrom = Number.NEGATIVE_INFINITY
  const stopping = new AbortController()
  let stopTimer: (() => void) | undefined
  let looking: Promise<void> | undefined
  let running = false

  /** No look waits for it: a long log takes half an hour. */
  const verifySoon = (now: number): void => {
    if (now < verifyFrom || verifying !== undefined) return
    const verify = async () => {
      const found = await audit.verify({ signal: stopping.signal })
      verified = { at: now, found }
    }
    verifying = verify()
      .catch((err: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err }, 'the audit log could not be verified: it is tried again')
      })
      .finally(() => {
        const ended = engine().clock.now()
        verifyFrom = ended + Math.max(LASTING_MS, REST_FACTOR * (ended - now))
        verifying = undefined
      })
  }

  /** For one look at them all: what several alerts need is read once. */
  const openLook = () => {
    const schedulesOf = remembering((org) => engine().schedules.list(org))
    const projections = remembering(() => engine().projections.list())
    const workers = remembering(() => engine().workers())
    return async ({ key, org, lastAt }: AlertRecord): Promise<Standing> => {
      const [kind = '', ...rest] = key.split(':')
      const name = rest.join(':')
      if (kind === 'job') {
        const open = (await faults().list({ org, filter: { job: name } })).filter(isOpen)
        const count = open.reduce((sum, group) => sum + group.count + group.retrying, 0)
        return open.length === 0 ? undefined : { count }
      }
      if (kind === 'schedule') {
        const schedule = (await schedulesOf(org)).find((each) => each.name === name)
        const slot = schedule?.lastSlot
        const hasFired = slot !== undefined && slot.runId !== undefined && slot.handledAt > lastAt
        return schedule?.declared !== true || hasFired ? undefined : {}
      }
      if (kind === 'projection') {
        const found = (await projections('')).find((each) => each.name === name)
        const states = [found?.serving?.state, found?.building?.state]
        return states.includes('stopped') || states.includes('failing') ? {} : undefined
      }
      const now = engine().clock.now()
      if (key === 'store') return now - lastAt > STORE_QUIET_MS ? undefined : {}
      if (kind === 'process') {
        const all = await workers('')
        const lasts = all.some(({ startedAt }) => startedAt > lastAt && now - startedAt >= LASTING_MS)
        return lasts ? undefined : {}
      }
      if (kind === 'workflows') {
        const count = await misfits.left(org)
        return count === 0 ? undefined : { ...(count !== undefined && { count }) }
      }
      if (kind === 'audit') {
        verifySoon(now)
        if (verified === undefined || verified.at < lastAt) return {}
        const { ok, guarded } = verified.found
        return ok && (guarded || key === 'audit:forged') ? undefined : {}
      }
      return {}
    }
  }
  const settle = async (only: Pick<AlertRecord, 'org' | 'key'> | undefined): Promise<void> => {
    const standingOf = openLook()
    try {
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await alerts.list({ open: true, ...only }, { limit: 200, cursor })
        for (const alert of page.alerts) {
          const standing = await standingOf(alert)
          if (standing === undefined) await alerts.resolve(alert.id)
          else if (standing.count !== undefined && standing.count !== alert.count)
            await alerts.recount(alert.id, standing.count)
        }
        cursor = page.next
      }
    } catch (err) {
      log.warn({ err }, 'whether the causes of alerts are gone could not be looked at: it is tried again')
    }
  }
  const arm = (clock: Clock, delayMs: number): void => {
    stopTimer = clock.setTimer(() => {
      const began = performance.now()
      looking = settle(undefined).finally(() => {
        looking = undefined
        if (running) arm(clock, Math.max(LOOK_MS, REST_FACTOR * (performance.now() - began)))
      })
    }, delayMs)
  }
  return {
    settle: () => settle(undefined),
    settleJob: (org, job) => settle({ org, key: `job:${job}` }),
    start() {
      if (running) return
      running = true
      arm(engine().clock, LOOK_MS)
    },
    async stop() {
      running = false
      stopTimer?.()
      stopping.abort()
      await Promise.all([looking, verifying])
    },
  }
}

function isOpen({ state }: Fault): boolean {
  return state === 'open' || state === 'returned'
}
