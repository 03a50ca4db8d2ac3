import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { Invitation } from '../auth/invitations.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { optionalLine } from '../validate/line.ts'
import { instant, isoOf } from './instant.ts'
import { seesLink, showLink, shownLink } from './shown-link.ts'
import { roleNames } from './users.ts'

const invitationView = z.object({
  id: z.string(),
  email: z.string(),
  roles: z.array(z.string()).readonly(),
  createdAt: instant,
  expiresAt: instant,
})
const token = z.string().min(20).max(100)

/** Invitations: for those who invite, and for those who have a link. */
export function invitationEndpoints({ invitations, delivery }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/invitations',
      summary: 'List open invitations, the newest first',
      access: 'users.read',
      input: z.object({}),
      output: z.object({ items: z.array(invitationView).readonly() }),
      handle: async (_, call) => ({
        items: (await invitations.list(call.principal().org)).map(viewInvitation),
      }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/invitations',
      summary: 'Invite somebody by e-mail',
      access: 'users.manage',
      input: z.object({ email: z.email().max(254), roles: roleNames }),
      output: invitationView.extend(shownLink),
      status: 201,
      confidential: true,
      // The address is in the invitation: an entry would keep it when the invited one is forgotten.
      audit: {
        after: ({ roles }, principal) => ({ roles, ...(seesLink(principal, delivery) && { linkShown: true }) }),
      },
      async handle(invited, call) {
        const { link, ...made } = await invitations.invite(actingAs(call.principal()), invited)
        return { ...viewInvitation(made), ...showLink(call.principal(), delivery, link) }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/invitations/:id',
      summary: 'Withdraw an invitation',
      access: 'users.manage',
      input: z.object({ id: z.uuid() }),
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await invitations.revoke(actingAs(call.principal()), id)
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/invitations/look',
      summary: 'What an invitation is for, with its link',
      access: 'public',
      rate: 'sign-in',
      input: z.object({ token }),
      output: z.object({ organisation: z.string(), email: z.string().optional(), known: z.boolean() }),
      handle: ({ token }) => invitations.look(token),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/invitations/accept',
      summary: 'Accept an invitation, with its link: choose a password, or prove an account with its own',
      access: 'public',
      rate: 'sign-in',
      input: z.object({
        token,
        name: optionalLine(120),
        email: z.email().max(254).optional(),
        password: z.string().min(1).max(128),
        language: z.enum(['en', 'fr']).optional(),
      }),
      output: z.object({ email: z.string() }),
      handle: ({ email, name = '', ...given }, { requestId }) =>
        invitations.accept({ ...given, name, requestId, ...(email !== undefined && { email }) }),
    }),
  ]
}

function viewInvitation({ createdAt, expiresAt, ...rest }: Invitation): z.input<typeof invitationView> {
  return { ...rest, createdAt: isoOf(createdAt), expiresAt: isoOf(expiresAt) }
}
