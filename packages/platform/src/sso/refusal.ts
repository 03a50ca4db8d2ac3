import { PlatformError } from '../errors.ts'

/** What a provider said does not hold, or lets nobody in. */
export function ssoRefused(message: string, cause?: unknown): PlatformError {
  return new PlatformError('SSO_REFUSED', message, { status: 403, cause })
}
