import type { LogFields, Logger } from '@regie/engine'

/** The same log with the number of a run on every line, so that the lines of one run can be found among all. */
export function runLog(log: Logger, run: number): Logger {
  const marked = (fields: LogFields): LogFields => ({ ...fields, run })
  return {
    debug: (fields, message) => log.debug(marked(fields), message),
    info: (fields, message) => log.info(marked(fields), message),
    warn: (fields, message) => log.warn(marked(fields), message),
    error: (fields, message) => log.error(marked(fields), message),
  }
}
