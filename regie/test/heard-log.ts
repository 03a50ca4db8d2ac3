import { type LogFields, type Logger, silentLogger } from '@regie/engine'
import type { PlatformLog } from '@regie/platform'

const NUMBERS = { debug: 20, info: 30, warn: 40, error: 50 } as const

/** A log that nobody sees, but whose ears hear what runs log and what is said. */
export interface HeardLog extends PlatformLog {
  /** Writes a line; levels are pino's numbers. */
  say(level: number, fields: LogFields, message: string): void
  /** Writes lines as if it were the engine's. */
  readonly ofRuns: Logger
}

/** Opens one. */
export function heardLog(): HeardLog {
  const ears = new Set<(line: string) => void>()
  const say: HeardLog['say'] = (level, fields, msg) => {
    for (const ear of ears) ear(JSON.stringify({ level, time: Date.now(), ...fields, msg }))
  }
  // What else the engine has to say would come between the lines that a test expects.
  const sayOfRun = (level: keyof typeof NUMBERS) => (fields: LogFields, message: string) => {
    if ('run' in fields) say(NUMBERS[level], fields, message)
  }
  const ofRuns = {
    debug: sayOfRun('debug'),
    info: sayOfRun('info'),
    warn: sayOfRun('warn'),
    error: sayOfRun('error'),
  }
  return {
    ...silentLogger,
    say,
    ofRuns,
    child: ({ part }) => (part === 'engine' ? ofRuns : silentLogger),
    close: () => {},
    tap(ear) {
      ears.add(ear)
      return () => void ears.delete(ear)
    },
  }
}
