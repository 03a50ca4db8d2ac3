import { AsyncResource } from 'node:async_hooks'
import { type Clock, type Database, isEngineError, type Logger } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import { createSilences, type Silences } from '../silence/silence.ts'
import type { AlertInput, Alerts } from './alert.ts'
import type { AlertChannel } from './channel.ts'
import type { AlertFilter, AlertPage, AlertRecord } from './record.ts'
import { deleteResolved, listAlerts, recountAlert, resolveAlert, saveAlert } from './store.ts'

/** Alerts as operators handle them. */
export interface AlertBook extends Alerts, AsyncDisposable {
  /** At most 200 a page (default 50), the latest raised first. Throws `CURSOR_INVALID`. */
  list(
    filter?: AlertFilter,
    page?: { readonly limit?: number; readonly cursor?: string | undefined },
  ): Promise<AlertPage>
  /** Closes an alert, of that organisation only when one is given; raised again, its key opens a new one. Throws `ALERT_UNKNOWN`. */
  resolve(id: string, org?: string): Promise<AlertRecord>
  /** Corrects how often what an open alert tells of has happened. */
  recount(id: string, count: number): Promise<void>
  readonly silences: Silences
  /** Deletes alerts resolved before an instant (milliseconds UTC); answers how many. */
  prune(before: number): Promise<number>
}

/** What the alert book is made of. */
export interface AlertBookOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  /** The organisation of what names none. */
  readonly org: string
  readonly channels: readonly AlertChannel[]
  /** Told of each alert that was raised or resolved, once it is in the table. Must not throw. */
  readonly onChange?: (record: AlertRecord) => void
  /** How long an open alert stays silent before its channels hear of it again, in milliseconds. Default one hour. */
  readonly quietMs?: number
  /** Longest wait for deliveries under way when it is disposed of, in milliseconds. Default 3,000. */
  readonly graceMs?: number
}

// A thousand jobs failing at once must not become a thousand messages; the table has them all.
const LONGEST_QUEUE = 30
const LONGEST_TEXT = 8_000

/** Keeps alerts in the log and the table and tells the channels. `raise` never throws: who reports trouble must not get more. */
export function createAlerts(options: AlertBookOptions): AlertBook {
  const { database, clock, log, org, channels, quietMs = 3_600_000, graceMs = 3_000 } = options
  // Work begun here is outside any transaction of the caller.
  const outside = new AsyncResource('RegieAlerts')
  const stopping = new AbortController()
  const background = new Set<Promise<void>>()

  const inBackground = (work: Promise<void>): void => {
    background.add(work)
    void work.finally(() => background.delete(work))
  }

  const deliver = async (channel: AlertChannel, record: AlertRecord): Promise<void> => {
    try {
      await channel.send(record, stopping.signal)
    } catch (err) {
      log.warn({ err, alert: record.key, channel: channel.name }, 'an alert did not reach its channel')
    }
  }

  const notify = (record: AlertRecord): void => {
    for (const channel of channels) {
      if (background.size < LONGEST_QUEUE) inBackground(deliver(channel, record))
      else
        log.warn({ alert: record.key, channel: channel.name }, 'too many alerts at once: this one is in the table only')
    }
  }

  const silences = createSilences(database, clock)
  const save = async (alert: AlertInput): Promise<void> => {
    const now = clock.now()
    const id = newId(now)
    try {
      const owner = alert.org ?? org
      const isSilent = await silences.covers(owner, alert.key)
      const saved = await saveAlert(database, { alert, org: owner, id, now }, isSilent ? undefined : quietMs)
      options.onChange?.(saved.record)
      if (saved.notify) notify(saved.record)
    } catch (err) {
      if (isEngineError(err, 'TRANSACTION_NESTED')) throw err
      log.error({ err, alert: alert.key }, 'an alert could not be kept in the table')
      notify({ ...alert, id, org: alert.org ?? org, count: 1, firstAt: now, lastAt: now })
    }
  }

  return {
    silences,
    async raise(input) {
      const alert = { ...input, title: input.title.slice(0, 500), detail: input.detail.slice(0, LONGEST_TEXT) }
      const level = alert.severity === 'info' ? 'info' : alert.severity === 'warning' ? 'warn' : 'error'
      log[level]({ alert: alert.key, severity: alert.severity, detail: alert.detail }, alert.title)
      try {
        await save(alert)
      } catch {
        // The caller's transaction holds the only writer: waiting here would be waiting for itself.
        inBackground(outside.runInAsyncScope(() => save(alert)))
      }
    },
    async list(filter = {}, page = {}) {
      const limit = Math.min(Math.max(page.limit ?? 50, 1), 200)
      return listAlerts(database, filter, { limit, cursor: page.cursor })
    },
    async resolve(id, org) {
      const record = await resolveAlert(database, { id, org }, clock.now())
      if (record !== undefined) {
        options.onChange?.(record)
        return record
      }
      throw new PlatformError('ALERT_UNKNOWN', `there is no alert ${id}: GET /api/v1/alerts lists them`, {
        status: 404,
      })
    },
    async recount(id, count) {
      const record = await recountAlert(database, id, count)
      if (record !== undefined) options.onChange?.(record)
    },
    prune: (before) => deleteResolved(database, before),
    async [Symbol.asyncDispose]() {
      const grace = setTimeout(() => stopping.abort(), graceMs)
      await Promise.allSettled([...background])
      clearTimeout(grace)
      outside.emitDestroy()
    },
  }
}
