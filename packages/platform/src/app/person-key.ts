import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'
import type { AnyApp } from './app.ts'

/** Throws `CONFIG_INVALID` when an app has events about persons and nothing is configured to encrypt them with. */
export function requirePersonKey(apps: readonly Pick<AnyApp, 'events'>[], { personKeys }: Config): void {
  if (personKeys !== undefined) return
  const personal = apps.flatMap(({ events }) => events).filter(({ definition }) => definition.personal !== undefined)
  if (personal.length === 0) return
  const names = personal.map(({ name }) => name).join(', ')
  throw new PlatformError(
    'CONFIG_INVALID',
    `REGIE_PERSON_KEY is not set, and nothing can be kept of persons without it (${names}): set it to what "openssl rand -base64 32" says, and keep that apart from the backups`,
  )
}
