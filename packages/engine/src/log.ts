/** Structured fields of one log line. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the engine writes what an operator should know. pino satisfies it. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** Whose lines a run's log writes. */
export interface LoggedRun {
  readonly id: number
  readonly org: string
  readonly attempt: number
  /** The step of a workflow. */
  readonly step?: string
  readonly traceId?: string | undefined
}

/** The same log with the run on every line, so that the lines of one run can be found among all. */
export function runLog(log: Logger, { id, org, attempt, step, traceId }: LoggedRun): Logger {
  // Without a trace too: a line of a run is never one of the request that happens to be under way.
  const mark = { run: id, org, attempt, ...(step === undefined ? {} : { step }), traceId }
  return {
    debug: (fields, message) => log.debug({ ...fields, ...mark }, message),
    info: (fields, message) => log.info({ ...fields, ...mark }, message),
    warn: (fields, message) => log.warn({ ...fields, ...mark }, message),
    error: (fields, message) => log.error({ ...fields, ...mark }, message),
  }
}

const ignore = (): void => {}

/** Writes nothing: the default of a library. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
