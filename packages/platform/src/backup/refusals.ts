import { type Issue, PlatformError } from '../errors.ts'

/** A backup that could not be made. */
export function failed(message: string, cause?: unknown): PlatformError {
  return new PlatformError('BACKUP_FAILED', message, { cause })
}

/** A backup that is there and of no use. */
export function corrupt(message: string, cause?: unknown, issues: readonly Issue[] = []): PlatformError {
  return new PlatformError('BACKUP_CORRUPT', message, { cause, issues })
}

/** A folder that is no backup. */
export function unknown(message: string, cause?: unknown): PlatformError {
  return new PlatformError('BACKUP_UNKNOWN', message, { cause, status: 404 })
}

/** A restore that must not happen like this; nothing has changed. */
export function refused(message: string, cause?: unknown): PlatformError {
  return new PlatformError('RESTORE_REFUSED', message, { cause })
}
