import { durationMs } from '@regie/engine'
import { operatorOf } from '../auth/acting.ts'
import type { ApiKey } from '../auth/keys.ts'
import { command } from './command.ts'
import { duration, readLine, text } from './option.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

/** `regie keys create` */
export const keysCreate = command({
  name: 'keys create',
  summary: 'Make an API key; it is shown this once',
  parameters: { name: { about: 'what the key is for' } },
  changes: 'key',
  options: {
    permissions: text('<permission,…>', 'What it lets one do, or * for everything'),
    expires: duration('How long it holds (default for ever)'),
  },
  examples: [
    'keys create prometheus --permissions settings.read',
    'keys create backup-host --permissions backups.read,backups.manage --expires 365d',
  ],
  async run({ words, options, session }) {
    const name = readLine(words.name, 'the name', 120)
    const { identity, config } = await session.open()
    const permissions = options.permissions?.split(',').map((permission) => permission.trim())
    if (permissions === undefined)
      throw usageError('a key needs --permissions, such as --permissions runs.read; * is everything')
    const lengthMs = options.expires === undefined ? undefined : durationMs(options.expires)
    if (lengthMs === 0)
      throw usageError(`--expires is "${options.expires}": such a key would never hold; leave it out for ever`)
    const forMs = lengthMs === undefined ? {} : { forMs: lengthMs }
    const made = await identity.keys.create(operatorOf(config.org.id), { name, permissions, ...forMs })
    return {
      json: made,
      text: () => `The key ${made.name}, shown this once:\n  ${made.key}\nSend it as "Authorization: Bearer …".\n`,
    }
  },
})

/** `regie keys list` */
export const keysList = command({
  name: 'keys list',
  summary: 'List API keys, the newest first',
  async run({ session }) {
    const { identity, config } = await session.open()
    const keys = await identity.keys.list(config.org.id)
    return {
      json: { items: keys },
      text: (screen) =>
        keys.length === 0
          ? 'There is no API key.\n'
          : table<ApiKey>(
              screen,
              [
                { title: 'ID', value: ({ id }) => id },
                { title: 'NAME', value: ({ name }) => name },
                { title: 'BEGINS', value: ({ start }) => `${start}…` },
                { title: 'EXPIRES', value: ({ expiresAt }) => whenOr(expiresAt, 'never') },
                { title: 'LAST USED', value: ({ lastUsedAt }) => whenOr(lastUsedAt, 'never') },
                { title: 'PERMISSIONS', value: ({ permissions }) => permissions.join(', ') },
              ],
              keys,
            ),
    }
  },
})

/** `regie keys revoke` */
export const keysRevoke = command({
  name: 'keys revoke',
  summary: 'Revoke an API key, at once here and within a second elsewhere',
  parameters: { id: { about: 'the id of a key, see keys list' } },
  changes: 'key',
  async run({ words, session }) {
    const { identity, config } = await session.open()
    await identity.keys.revoke(operatorOf(config.org.id), words.id)
    return { json: { id: words.id, revoked: true }, text: () => `The key ${words.id} is revoked.\n` }
  },
})

function whenOr(ms: number | undefined, none: string): string {
  return ms === undefined ? none : localTime(ms)
}
