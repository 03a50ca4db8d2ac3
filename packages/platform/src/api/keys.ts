import { durationMs } from '@regie/engine'
import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { ApiKey } from '../auth/keys.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { line } from '../validate/line.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'
import { tellOwner } from './person.ts'

const called = { examples: ['Nightly export'] }
/** An API key as it is answered. */
export const keyView = z.object({
  id: z.string(),
  name: z.string().meta(called),
  start: z.string(),
  permissions: z.array(z.string()).readonly(),
  userId: z.string().optional(),
  createdAt: instant,
  expiresAt: instant.optional(),
  lastUsedAt: instant.optional(),
})

/** What a new key is made of, as it comes in. */
export const newKey = z.object({
  name: line(120).meta(called),
  permissions: z.array(z.string().min(1).max(100)).min(1).max(500),
  expiresInDays: z.int().min(1).max(3_650).optional(),
})

/** Makes a key of somebody's, who cannot give it more than they may do. */
export async function makeKey(
  { keys, tell }: Pick<PlatformIdentity, 'keys' | 'tell'>,
  call: Call,
  given: z.output<typeof newKey>,
) {
  const { expiresInDays, ...key } = given
  const forMs = expiresInDays === undefined ? {} : { forMs: durationMs(`${expiresInDays}d`) }
  const made = await keys.create(actingAs(call.principal()), { ...key, ...forMs })
  await tellOwner(tell, call, 'key-made', made.name)
  return { ...viewKey(made), key: made.key }
}

/** The API keys of the organisation. */
export function keyEndpoints({ keys, tell }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/keys',
      summary: 'List API keys, the newest first',
      access: 'users.read',
      input: z.object({}),
      output: z.object({ items: z.array(keyView).readonly() }),
      handle: async (_, call) => ({ items: (await keys.list(call.principal().org)).map(viewKey) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/keys',
      confidential: true,
      summary: 'Make an API key; the key itself is answered this once',
      access: 'users.manage',
      input: newKey,
      output: keyView.extend({ key: z.string() }),
      status: 201,
      handle: (key, call) => makeKey({ keys, tell }, call, key),
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/keys/:id',
      summary: 'Revoke an API key',
      access: 'users.manage',
      input: z.object({ id: z.uuid() }),
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await keys.revoke(actingAs(call.principal()), id)
        return {}
      },
    }),
  ]
}

/** An API key as it is answered. */
export function viewKey({ createdAt, expiresAt, lastUsedAt, ...rest }: ApiKey): z.input<typeof keyView> {
  return {
    ...rest,
    createdAt: isoOf(createdAt),
    ...isoOrNone('expiresAt', expiresAt),
    ...isoOrNone('lastUsedAt', lastUsedAt),
  }
}
