import { durationMs } from '@regie/engine'
import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { ApiKey } from '../auth/keys.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'

const keyView = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string(),
  permissions: z.array(z.string()).readonly(),
  userId: z.string().optional(),
  createdAt: instant,
  expiresAt: instant.optional(),
  lastUsedAt: instant.optional(),
})

/** The API keys of the organisation. */
export function keyEndpoints({ keys }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/keys',
      summary: 'List API keys, the newest first',
      access: 'users.read',
      input: z.object({}),
      output: z.object({ keys: z.array(keyView).readonly() }),
      handle: async (_, call) => ({ keys: (await keys.list(call.principal().org)).map(viewKey) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/keys',
      confidential: true,
      summary: 'Make an API key; the key itself is answered this once',
      access: 'users.manage',
      input: z.object({
        name: z.string().trim().min(1).max(120),
        permissions: z.array(z.string().min(1).max(100)).min(1).max(500),
        expiresInDays: z.int().min(1).max(3_650).optional(),
      }),
      output: keyView.extend({ key: z.string() }),
      status: 201,
      async handle({ expiresInDays, ...key }, call) {
        const forMs = expiresInDays === undefined ? {} : { forMs: durationMs(`${expiresInDays}d`) }
        const made = await keys.create(actingAs(call.principal()), { ...key, ...forMs })
        return { ...viewKey(made), key: made.key }
      },
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

function viewKey({ createdAt, expiresAt, lastUsedAt, ...rest }: ApiKey): z.input<typeof keyView> {
  return {
    ...rest,
    createdAt: isoOf(createdAt),
    ...isoOrNone('expiresAt', expiresAt),
    ...isoOrNone('lastUsedAt', lastUsedAt),
  }
}
