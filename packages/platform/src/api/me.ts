import { z } from 'zod'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { line } from '../validate/line.ts'
import { instant, isoOf } from './instant.ts'
import { sessionView, viewSession } from './sessions.ts'

const language = z.enum(['en', 'fr'])

const meView = z.object({
  kind: z.enum(['user', 'key']),
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  /** In which they have chosen to be written to. */
  language: language.optional(),
  organisation: z.object({ id: z.string(), name: z.string() }),
  organisations: z
    .array(z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()).readonly() }))
    .readonly(),
  permissions: z.array(z.string()),
  sessionId: z.string().optional(),
  /** They have seen the console's tour, or sent it away; or somebody looks through their eyes, who sees it for nobody. */
  toured: z.boolean(),
  /** Somebody looks through this one's eyes: shown as a banner, with the way back. */
  impersonation: z.object({ by: z.object({ id: z.string(), name: z.string() }), until: instant }).optional(),
})

const nothing = { input: z.object({}), output: z.object({}), status: 204 } as const

/** Oneself: who one is, one's sessions, the organisation one works in. */
export function meEndpoints(identity: PlatformIdentity): readonly Endpoint[] {
  return [
    profile(identity),
    change(identity),
    toured(identity),
    ...ownSessions(identity),
    ...impersonation(identity),
    ...tokens(identity),
  ]
}

function profile({ users, organisations, orgName, sessions, tour }: PlatformIdentity): Endpoint {
  return endpoint({
    method: 'GET',
    url: '/api/v1/me',
    summary: 'Who is asking, in which organisation, and what is permitted',
    access: 'signed-in',
    input: z.object({}),
    output: meView,
    async handle(_, call) {
      const principal = call.principal()
      const { kind, id, name, org, permissions, sessionId, impersonatedBy } = principal
      // A key has no roles: what it may do is in its permissions.
      const all =
        kind === 'user' ? await organisations(id) : [{ id: org, name: (await orgName(org)) ?? org, roles: [] }]
      // Where else somebody belongs is not for who looks through their eyes.
      const own = impersonatedBy === undefined ? all : all.filter((one) => one.id === org)
      const until = (await sessions.list({ userId: id })).find((session) => session.id === sessionId)?.expiresAt
      return {
        kind,
        id,
        name,
        ...(kind === 'user' && (await reachOf(users, org, id))),
        organisation: { id: org, name: all.find((one) => one.id === org)?.name ?? org },
        organisations: own,
        permissions: [...permissions].toSorted(),
        toured: kind !== 'user' || impersonatedBy !== undefined || (await tour.seen(id)),
        ...(sessionId !== undefined && { sessionId }),
        ...(impersonatedBy !== undefined && {
          impersonation: { by: await lookerOf(users, org, impersonatedBy), until: isoOf(until ?? 0) },
        }),
      }
    },
  })
}

async function reachOf(users: PlatformIdentity['users'], org: string, id: string) {
  const { email, language: spoken } = await users.show(org, id)
  return { email, ...(spoken !== undefined && { language: spoken }) }
}

async function lookerOf(users: PlatformIdentity['users'], org: string, id: string) {
  const looker = await users.show(org, id).catch(() => undefined)
  return { id, name: looker?.name ?? id }
}

function change({ users }: PlatformIdentity): Endpoint {
  return endpoint({
    method: 'PATCH',
    url: '/api/v1/me',
    summary: 'Change how one is called, or in which language one is written to',
    access: 'signed-in',
    input: z.object({ name: line(120).optional(), language: language.optional() }),
    output: z.object({ name: z.string(), language: language.optional() }),
    async handle({ name, language: spoken }, call) {
      const person = personOf(call)
      const wanted = { ...(name !== undefined && { name }), ...(spoken !== undefined && { language: spoken }) }
      await users.change(person.id, wanted)
      return { name: person.name, ...wanted }
    },
  })
}

function toured({ tour }: PlatformIdentity): Endpoint {
  return endpoint({
    method: 'PUT',
    url: '/api/v1/me/tour',
    summary: "Say that one has seen the console's tour: it does not come back, in no browser and no organisation",
    access: 'signed-in',
    ...nothing,
    async handle(_, call) {
      const person = personOf(call)
      await tour.mark(person.id)
      return {}
    },
  })
}

function ownSessions({ sessions }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/me/sessions',
      summary: "List one's own live sessions, the newest first",
      access: 'signed-in',
      input: z.object({}),
      output: z.object({ items: z.array(sessionView).readonly() }),
      async handle(_, call) {
        const { id: userId, org, impersonatedBy } = personOf(call)
        const own = await sessions.list({ userId, ...(impersonatedBy !== undefined && { org }) })
        return { items: own.map(viewSession) }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/me/sessions/:id',
      summary: "End one of one's own sessions",
      access: 'signed-in',
      ...nothing,
      input: z.object({ id: z.string().min(1).max(100) }),
      async handle({ id }, call) {
        const person = personOf(call)
        await sessions.endOwn(person.id, id)
        return {}
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/me/sessions',
      summary: 'Sign out everywhere, here too unless told otherwise',
      access: 'signed-in',
      input: z.object({ keepThis: z.stringbool().default(false) }),
      output: z.object({ ended: z.int() }),
      async handle({ keepThis }, call) {
        const person = personOf(call)
        return { ended: await sessions.endAll(person.id, keepThis ? person.sessionId : undefined) }
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v1/me/organisation',
      summary: "Work in another of one's organisations",
      access: 'signed-in',
      input: z.object({ id: z.string().min(1).max(100) }),
      output: z.object({ id: z.string() }),
      async handle({ id }, call) {
        const person = personOf(call)
        await sessions.move(person, id, call.requestId)
        return { id }
      },
    }),
  ]
}

function impersonation({ sessions, cookies }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'DELETE',
      url: '/api/v1/me/impersonation',
      summary: 'Stop looking through the eyes of another',
      access: 'signed-in',
      whileLooking: true,
      ...nothing,
      async handle(_, call) {
        const { id, sessionId = '', impersonatedBy } = personOf(call)
        if (impersonatedBy === undefined)
          throw new PlatformError('SESSION_UNKNOWN', 'You look through nobody’s eyes.', { status: 404 })
        await sessions.endOwn(id, sessionId)
        const kept = cookies.ownSession
        const own = cookies.read(call.sent('cookie'), kept) ?? ''
        call.header('set-cookie', [cookies.write(cookies.session, own, 30 * 86_400), cookies.write(kept, '', 0)])
        return {}
      },
    }),
  ]
}

function tokens({ token, jwks }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      url: '/api/v1/me/token',
      confidential: true,
      summary: 'An access token (JWT) of five minutes, with the rights of the session or key that asks',
      access: 'signed-in',
      input: z.object({ audience: z.string().min(1).max(200).optional() }),
      output: z.object({ token: z.string(), expiresInSeconds: z.int() }),
      handle: ({ audience }, call) => token(call.principal(), audience),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/auth/jwks',
      summary: 'The public keys that verify access tokens (JWK set)',
      access: 'public',
      rate: 'usual',
      input: z.object({}),
      output: z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })).readonly() }),
      async handle() {
        const { keys } = await jwks()
        return { keys: keys as never }
      },
    }),
  ]
}

/** Throws `FORBIDDEN` for keys: they have no sessions. */
function personOf(call: Call): Principal {
  const principal = call.principal()
  if (principal.kind === 'user') return principal
  throw new PlatformError('FORBIDDEN', 'This is for people who are signed in, not for API keys.', {
    status: 403,
    about: { why: 'person' },
  })
}
