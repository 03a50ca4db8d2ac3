import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@regie/engine'

/** The name of a day's log file: `regie-2026-11-21.log`, the day in UTC. */
export const LOG_FILE = /^regie-(\d{4}-\d{2}-\d{2})\.log$/

/** Appends lines to one file a day. */
export interface LogFile {
  write(line: string): void
  close(): void
}

/**
 * Opens `regie-YYYY-MM-DD.log` in `folder` (made when missing) and the next day's at the first line after midnight UTC.
 * A disk that refuses a line loses that line, never the process.
 */
export function logFile(folder: string, clock: Clock): LogFile {
  let open: { readonly day: string; readonly descriptor: number } | undefined
  const close = (): void => {
    if (open !== undefined) closeSync(open.descriptor)
    open = undefined
  }
  const descriptorOf = (day: string): number => {
    if (open?.day === day) return open.descriptor
    close()
    mkdirSync(folder, { recursive: true })
    open = { day, descriptor: openSync(join(folder, `regie-${day}.log`), 'a', 0o640) }
    return open.descriptor
  }
  return {
    write(line) {
      try {
        writeSync(descriptorOf(dayOf(clock.now())), line)
      } catch {
        close()
      }
    },
    close,
  }
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}
