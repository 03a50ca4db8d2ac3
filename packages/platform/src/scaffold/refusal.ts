import { PlatformError } from '../errors.ts'

/** Why an app is not made; nothing was written. */
export function refusal(what: string, way: string): PlatformError {
  return new PlatformError('SCAFFOLD_REFUSED', `${what}: ${way}`, { status: 409 })
}

/** Why no app can have this id. */
export function nameless(message: string): PlatformError {
  return new PlatformError('INPUT_INVALID', message, { status: 400 })
}
