import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isEngineError, type MasterKey } from '@regie/engine'
import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'
import { keyInFile } from '../security/key-file.ts'
import type { AnyApp } from './app.ts'

/** Where the key lies when none is configured. A folder of its own, which no backup takes along. */
export function personKeyFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'persons', 'key')
}

/**
 * What opens the keys of persons: the configured key; without one, and while nobody but this machine is served, the key in
 * `<data>/persons/key`, which is made once. Undefined when no app tells anything of persons. Throws `CONFIG_INVALID` when the
 * key is missing where others are served: it must not be lost with the data, so somebody has to keep it.
 */
export async function personKeysOf(
  apps: readonly Pick<AnyApp, 'events'>[],
  config: Config,
): Promise<MasterKey | undefined> {
  if (config.personKeys !== undefined) return config.personKeys
  const personal = apps.flatMap(({ events }) => events).filter(({ definition }) => definition.personal !== undefined)
  if (personal.length === 0) return undefined
  if (config.publicUrl === undefined)
    return { masterKey: await keyInFile(personKeyFile(config), 'REGIE_PERSON_KEY'), former: [] }
  const names = personal.map(({ name }) => name).join(', ')
  // A new one would open nothing of what was kept while only this machine was served.
  const made = personKeyFile(config)
  const value = existsSync(made) ? `what ${made} holds` : 'what "openssl rand -base64 32" says'
  throw new PlatformError(
    'CONFIG_INVALID',
    `REGIE_PERSON_KEY is not set, and nothing can be kept of persons without it (${names}): set it to ${value}, and keep that apart from the backups`,
  )
}

/** Throws on what was thrown; what is refused because of the key of persons in the words of the settings, as `CONFIG_INVALID`. */
export function refusePersonKey(config: Config): (error: unknown) => never {
  return (error) => {
    throw isEngineError(error, 'PERSON_KEYS_FAILED') ? inSettings(error, config) : error
  }
}

function inSettings(error: Error, config: Config): PlatformError {
  const key = config.personKeys === undefined ? `the key in ${personKeyFile(config)}` : 'REGIE_PERSON_KEY'
  return new PlatformError(
    'CONFIG_INVALID',
    `what is known of persons was encrypted with another key than ${key}: set REGIE_PERSON_KEY to that one, or, when it was replaced, add that one to REGIE_FORMER_PERSON_KEYS`,
    { cause: error },
  )
}
