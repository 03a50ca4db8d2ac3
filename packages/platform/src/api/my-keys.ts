import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { keyView, makeKey, newKey, viewKey } from './keys.ts'
import { personOf } from './person.ts'

/** One's own API keys in the organisation one works in; none may do more than oneself. */
export function myKeyEndpoints({ keys, tell }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/me/keys',
      summary: "List one's own API keys, the newest first",
      access: 'signed-in',
      input: z.object({}),
      output: z.object({ items: z.array(keyView).readonly() }),
      async handle(_, call) {
        const { id } = personOf(call)
        return { items: (await keys.list(call.principal().org, id)).map(viewKey) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/keys',
      confidential: true,
      summary: 'Make an API key of one’s own; the key itself is answered this once',
      access: 'signed-in',
      input: newKey,
      output: keyView.extend({ key: z.string() }),
      status: 201,
      handle(given, call) {
        // Of a person: a key that makes keys would outlive its own end.
        personOf(call)
        return makeKey({ keys, tell }, call, given)
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/me/keys/:id',
      summary: "Revoke one of one's own API keys",
      access: 'signed-in',
      input: z.object({ id: z.uuid() }),
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await keys.revoke(actingAs(call.principal()), id, personOf(call).id)
        return {}
      },
    }),
  ]
}
