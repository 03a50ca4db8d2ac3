import { PlatformError } from '../errors.ts'

/** What was typed cannot be meant: `INPUT_INVALID`. */
export function usageError(message: string): PlatformError {
  return new PlatformError('INPUT_INVALID', message, { status: 400 })
}
