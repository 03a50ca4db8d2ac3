import type { Clock, Engine, Logger } from '@regie/engine'
import type { Fault, Faults } from '../fault/faults.ts'
import type { AlertBook } from './book.ts'
import type { AlertRecord } from './record.ts'

/** Ends alerts whose cause is gone: nobody should have to resolve what is mended already. */
export interface AlertCauses {
  /** Looks at every open alert once. Never throws. */
  settle(): Promise<void>
  /** Looks again every five seconds, or less often where that takes long, in the process that keeps schedules. */
  start(): void
  stop(): Promise<void>
}

/** What causes are looked up in. */
export interface CauseSources {
  readonly engine: () => Pick<Engine, 'clock' | 'schedules' | 'projections'>
  readonly faults: () => Pick<Faults, 'list'>
  readonly alerts: Pick<AlertBook, 'list' | 'resolve' | 'recount'>
  readonly log: Logger
}

const LOOK_MS = 5_000
// Groups of a million failed runs take the database 0.2 s: it is asked for a twentieth of the time at most.
const REST_FACTOR = 20
// A database that is raised again and again, but answers in between, is no good one.
const STORE_QUIET_MS = 60_000

/** What has become of a cause: undefined when it is gone, else how often it happened where that is known. */
type Standing = { readonly count?: number } | undefined

/**
 * The causes of what the engine's trouble raises (see trouble.ts): a job's failed runs that are neither muted nor resolved, a
 * schedule that has not fired since, a projection that stands, a database that does not answer. Others end by hand only.
 */
export function createAlertCauses({ engine, faults, alerts, log }: CauseSources): AlertCauses {
  let stopTimer: (() => void) | undefined
  let looking: Promise<void> | undefined
  let running = false

  const standingOf = async ({ key, org, lastAt }: AlertRecord): Promise<Standing> => {
    const [kind = '', ...rest] = key.split(':')
    const name = rest.join(':')
    if (kind === 'job') {
      const open = (await faults().list({ org, filter: { job: name } })).filter(isOpen)
      return open.length === 0 ? undefined : { count: open.reduce((sum, { count }) => sum + count, 0) }
    }
    if (kind === 'schedule') {
      const schedule = (await engine().schedules.list(org)).find((each) => each.name === name)
      const slot = schedule?.lastSlot
      const hasFired = slot !== undefined && slot.runId !== undefined && slot.handledAt > lastAt
      return schedule?.declared !== true || hasFired ? undefined : {}
    }
    if (kind === 'projection') {
      const found = (await engine().projections.list()).find((each) => each.name === name)
      const states = [found?.serving?.state, found?.building?.state]
      return states.includes('stopped') || states.includes('failing') ? {} : undefined
    }
    if (key === 'store') return engine().clock.now() - lastAt > STORE_QUIET_MS ? undefined : {}
    return {}
  }
  const settle = async (): Promise<void> => {
    try {
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await alerts.list({ open: true }, { limit: 200, cursor })
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
      looking = settle().finally(() => {
        looking = undefined
        if (running) arm(clock, Math.max(LOOK_MS, REST_FACTOR * (performance.now() - began)))
      })
    }, delayMs)
  }
  return {
    settle,
    start() {
      if (running) return
      running = true
      arm(engine().clock, LOOK_MS)
    },
    async stop() {
      running = false
      stopTimer?.()
      await looking
    },
  }
}

function isOpen({ state }: Fault): boolean {
  return state === 'open' || state === 'returned'
}
