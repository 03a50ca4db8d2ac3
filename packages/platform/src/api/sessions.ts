import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import type { Session } from '../auth/sessions.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, pageInput, toPage } from '../http/page.ts'
import { instant, isoOf } from './instant.ts'

const LIST = 'sessions'

/** A session as it is answered. */
export const sessionView = z.object({
  id: z.string(),
  userId: z.string(),
  email: z.string(),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant,
  address: z.string().optional(),
  browser: z.string().optional(),
  impersonatedBy: z.string().optional(),
  /** It has not shown its second factor yet: nobody is in by it. */
  awaitsFactor: z.literal(true).optional(),
})

/** The sessions of others: list and end; and looking through the eyes of a user. */
export function sessionEndpoints({ sessions, users, cookies }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/sessions',
      summary: 'List the live sessions that work in the organisation, or those of one member, the newest first',
      access: 'users.read',
      input: z.object({ user: z.uuid().optional(), ...pageInput, limit: pageInput.limit.default(200) }),
      output: z.object({ items: z.array(sessionView).readonly(), next: z.string().optional() }),
      async handle({ user, limit, cursor }, call) {
        const { org } = call.principal()
        const [after] = decodeCursor(LIST, cursor, ['text']) ?? []
        if (user !== undefined) await users.show(org, user)
        const found = await sessions.list({
          org,
          limit: limit + 1,
          ...(user !== undefined && { userId: user }),
          ...(after !== undefined && { after }),
        })
        const { items, ...next } = toPage(found, { list: LIST, limit, key: ({ id }) => [id] })
        return { items: items.map(viewSession), ...next }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/sessions/:id',
      summary: 'End a session that works in the organisation',
      access: 'users.manage',
      input: z.object({ id: z.string().min(1).max(100) }),
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await sessions.end(actingAs(call.principal()), id)
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/users/:id/impersonate',
      summary: 'Look through the eyes of a user for an hour',
      access: 'users.manage',
      input: z.object({ id: z.uuid() }),
      output: z.object({ expiresAt: instant }),
      async handle({ id }, call) {
        const { token, expiresAt } = await sessions.impersonate(call.principal(), id)
        const own = cookies.read(call.sent('cookie'), cookies.session) ?? ''
        const seconds = 3_600
        call.header('set-cookie', [
          cookies.write(cookies.session, token, seconds),
          cookies.write(cookies.ownSession, own, seconds * 24),
        ])
        return { expiresAt: isoOf(expiresAt) }
      },
    }),
  ]
}

/** A session as it is answered. */
export function viewSession({ createdAt, lastUsedAt, expiresAt, ...rest }: Session): z.input<typeof sessionView> {
  return { ...rest, createdAt: isoOf(createdAt), lastUsedAt: isoOf(lastUsedAt), expiresAt: isoOf(expiresAt) }
}
