import { join } from 'node:path'
import { type Clock, type LogFields, type Logger, plainStack } from '@regie/engine'
import pino from 'pino'
import type { Config } from '../config/config.ts'
import { logFile } from './log-file.ts'
import { prettyLine } from './pretty.ts'
import { type Scrubber, scrubber, secretsOf } from './scrub.ts'
import { currentTrace } from './trace.ts'

/** A logger with children and a life. */
export interface PlatformLog extends Logger {
  /** The same log with fields on every line. */
  child(fields: LogFields): Logger
  /** Also hands every line, without secrets, to `ear`, which must be quick and must not log. Answers how to stop. */
  tap(ear: (line: string) => void): () => void
  /** Closes the file; later lines open it again. */
  close(): void
}

/** Where lines go, besides the file. */
export interface LogScreen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** The settings that hold secrets. */
export type SecretConfig = Pick<Config, 'database' | 'smtpUrl' | 'discordWebhook' | 'personKeys' | 'audit'> & {
  readonly http?: Pick<Config['http'], 'redisUrl'>
}

/** Takes what is secret in the configuration out of text, and what has the shape of a secret. */
export function configScrubber(config: SecretConfig): Scrubber {
  const { database, smtpUrl, discordWebhook, personKeys, audit, http } = config
  const databaseUrl = database.kind === 'postgres' ? database.url : undefined
  const { masterKey, former = [] } = personKeys ?? {}
  const keys = [masterKey, ...former, audit.key, ...audit.formerKeys].filter((key) => typeof key === 'string')
  return scrubber([...[databaseUrl, http?.redisUrl, smtpUrl, discordWebhook].flatMap(secretsOf), ...keys])
}

/** What a log is made of. */
export interface LogOptions {
  readonly config: Pick<Config, 'dataDir' | 'logLevel'> & SecretConfig
  readonly clock: Clock
  /** Default: standard output; human lines when it is a terminal, JSON otherwise. `null` for none. */
  readonly screen?: LogScreen | null
}

// A line longer than this is cut in its text fields: a megabyte of payload in an error would fill the disk.
const LONGEST_TEXT = 16_384

/** Writes JSON lines without secrets to the screen and to `logs/regie-YYYY-MM-DD.log` in the data directory. */
export function createLog({ config, clock, screen = process.stdout }: LogOptions): PlatformLog {
  const file = logFile(join(config.dataDir, 'logs'), clock)
  const scrub = configScrubber(config)
  const ears = new Set<(line: string) => void>()
  const logger = pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: () => `,"time":${clock.now()}`,
      serializers: { err: serializeError, error: (value) => (value instanceof Error ? serializeError(value) : value) },
      hooks: { streamWrite: scrub },
      mixin: traceOfLine,
    },
    {
      write(line: string) {
        file.write(line)
        for (const ear of ears) ear(line)
        screen?.write(screen.isTTY === true ? prettyLine(line) : line)
      },
    },
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => logger.child(fields),
    tap(ear) {
      ears.add(ear)
      return () => void ears.delete(ear)
    },
    close: () => file.close(),
  }
}

/** Always a new object: pino adds the fields of the line to it. */
function traceOfLine(): object {
  const traceId = currentTrace()
  return traceId === undefined ? {} : { traceId }
}

/** Only what helps: errors of drivers and HTTP clients carry whole connections and requests. */
function serializeError(error: unknown, depth = 0): LogFields | string {
  if (!(error instanceof Error)) return String(error).slice(0, LONGEST_TEXT)
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined || depth >= 3 ? {} : { cause: serializeError(error.cause, depth + 1) }
  return {
    type: error.name,
    message: error.message.slice(0, LONGEST_TEXT),
    ...code,
    ...(error.stack !== undefined && { stack: plainStack(error.stack).slice(0, LONGEST_TEXT) }),
    ...cause,
  }
}
