import { z } from 'zod'
import { actingAs, forbidImpersonation } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import type { User } from '../auth/users.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { mailDelivery } from '../mail/mailer.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'

const userView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.string()).readonly(),
  createdAt: instant,
  disabledAt: instant.optional(),
})

/** Names of roles, as they come in. */
export const roleNames = z.array(z.string().min(1).max(100)).min(1).max(20)

const named = z.object({ id: z.uuid() })

/** The users of the organisation. */
export function userEndpoints({ users, passwordLink, delivery }: PlatformIdentity): readonly Endpoint[] {
  const change = (path: string, summary: string, act: 'enable' | 'disable') =>
    endpoint({
      method: 'POST',
      url: `/api/v1/users/:id/${path}`,
      summary,
      access: 'users.manage',
      input: named,
      output: userView,
      handle: async ({ id }, call) => viewUser(await users[act](actingAs(call.principal()), id)),
    })
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/users',
      summary: 'List the users of the organisation, by e-mail address',
      access: 'users.read',
      input: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.string().min(1).max(254).optional(),
        /** Part of a name or of an e-mail address. */
        q: z.string().trim().min(1).max(100).optional(),
        /** Only those who have this role. */
        role: z.string().min(1).max(100).optional(),
      }),
      output: z.object({ items: z.array(userView).readonly(), next: z.string().optional() }),
      async handle({ limit, cursor, q, role }, call) {
        const page = await users.list(call.principal().org, {
          limit,
          ...(cursor !== undefined && { after: cursor }),
          ...(q !== undefined && { text: q }),
          ...(role !== undefined && { role }),
        })
        return { items: page.users.map(viewUser), ...(page.next !== undefined && { next: page.next }) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/users/:id',
      summary: 'Show a user',
      access: 'users.read',
      input: named,
      output: userView,
      handle: async ({ id }, call) => viewUser(await users.show(call.principal().org, id)),
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v1/users/:id/roles',
      summary: 'Give a user exactly these roles',
      access: 'users.manage',
      input: z.object({ id: z.uuid(), roles: roleNames }),
      output: userView,
      handle: async ({ id, roles }, call) => viewUser(await users.setRoles(actingAs(call.principal()), id, roles)),
    }),
    change('disable', 'Shut a user out: sessions end, sign-in is refused', 'disable'),
    change('enable', 'Let a disabled user in again', 'enable'),
    endpoint({
      method: 'POST',
      url: '/api/v1/users/:id/reset-password',
      summary: 'Send a user the link with which a new password is chosen',
      access: 'users.manage',
      input: named,
      output: z.object({ sentTo: z.string(), delivery: mailDelivery }),
      async handle({ id }, call) {
        forbidImpersonation(actingAs(call.principal()))
        const user = await users.show(call.principal().org, id)
        // The link goes to the user alone: whoever asked for it must not be able to become the user.
        await passwordLink(user)
        return { sentTo: user.email, delivery }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/users/:id',
      summary: 'Remove a user from the organisation',
      access: 'users.manage',
      input: named,
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await users.remove(actingAs(call.principal()), id)
        return {}
      },
    }),
  ]
}

function viewUser({ createdAt, disabledAt, ...rest }: User): z.input<typeof userView> {
  return { ...rest, createdAt: isoOf(createdAt), ...isoOrNone('disabledAt', disabledAt) }
}
