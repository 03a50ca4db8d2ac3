import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { formed } from '../validate/form.ts'
import { translatedView } from './app-list.ts'

const roleView = z.object({
  name: z.string(),
  permissions: z.array(z.string()).readonly(),
  source: z.enum(['built-in', 'app', 'own']),
})
const name = formed('long-name')

/** The roles of the organisation, and everything that may be permitted. */
export function roleEndpoints({ roles, book }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/roles',
      summary: 'List roles with how many people have each, and permissions',
      access: 'users.read',
      input: z.object({}),
      output: z.object({
        items: z.array(roleView.extend({ people: z.int() })).readonly(),
        permissions: z.array(z.object({ name: z.string(), about: translatedView })),
      }),
      async handle(_, call) {
        const { org } = call.principal()
        const [items, people] = await Promise.all([roles.list(org), roles.people(org)])
        return {
          items: items.map((role) => ({ ...role, people: people.get(role.name) ?? 0 })),
          permissions: [...book.permissions].map(([name, about]) => ({ name, about })),
        }
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v1/roles/:name',
      summary: "Make or change a role of the organisation's own",
      access: 'users.manage',
      input: z.object({ name, permissions: z.array(z.string().min(1).max(100)).max(500) }),
      output: roleView,
      handle: ({ name, permissions }, call) => roles.save(actingAs(call.principal()), name, permissions),
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/roles/:name',
      summary: "Remove a role of the organisation's own",
      access: 'users.manage',
      input: z.object({ name }),
      output: z.object({}),
      status: 204,
      async handle({ name }, call) {
        await roles.remove(actingAs(call.principal()), name)
        return {}
      },
    }),
  ]
}
