import type { Clock } from '@regie/engine'
import type { PlatformLog } from '../observe/log.ts'
import type { Realtime } from '../realtime/realtime.ts'
import { channelOf } from '../realtime/topic.ts'
import { LOG_LEVELS, numberOf } from '../run-log/line.ts'
import { logsTopic } from './topics.ts'

const EVERY_MS = 100
// A burst of log lines must not become a burst of traffic: this is 2,000 lines a second.
const MOST_LINES = 200
const MOST_BYTES = 49_152

interface Pending {
  lines: unknown[]
  bytes: number
  dropped: number
  total: number
}

/** What following the log needs. The log is the whole server's, so it is told to the organisation that runs it only. */
export interface LogsOptions {
  readonly log: Pick<PlatformLog, 'tap'>
  readonly realtime: Pick<Realtime, 'publish' | 'isWanted'>
  readonly clock: Clock
  readonly org: string
  /** The name of this process. */
  readonly process: string
}

/** Tells whoever follows the log, at any process, a few lines at a time. Answers how to stop. */
export function followLog({ log, realtime, clock, org, process }: LogsOptions): () => void {
  const levels = LOG_LEVELS.map((level) => ({
    level,
    least: numberOf(level),
    key: { org, channel: channelOf(logsTopic, { level }) },
    pending: { lines: [], bytes: 0, dropped: 0, total: 0 } as Pending,
  }))
  let stopTimer: (() => void) | undefined
  const flush = (): void => {
    stopTimer = undefined
    for (const { level, pending } of levels) {
      const { lines, dropped, total } = pending
      if (lines.length === 0) continue
      Object.assign(pending, { lines: [], bytes: 0, dropped: 0 })
      void realtime.publish(logsTopic, { level }, { process, lines, dropped, total }, { org }).catch(() => {})
    }
  }
  const stopTap = log.tap((line) => {
    const number = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 30)
    for (const { least, key, pending } of levels) {
      if (number < least) continue
      pending.total += 1
      if (!realtime.isWanted(key)) continue
      add(pending, line)
      stopTimer ??= clock.setTimer(flush, EVERY_MS)
    }
  })
  return () => {
    stopTap()
    stopTimer?.()
  }
}

function add(pending: Pending, line: string): void {
  if (pending.lines.length >= MOST_LINES || pending.bytes + line.length > MOST_BYTES) {
    pending.dropped += 1
    return
  }
  pending.bytes += line.length
  pending.lines.push(JSON.parse(line))
}
