import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { Organisation } from '../auth/organisation.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import type { Call, Endpoint } from '../http/endpoint.ts'
import { endpoint } from '../http/endpoint.ts'
import { type Contents, contentsView } from '../organisation/contents.ts'
import { line } from '../validate/line.ts'
import { instant, isoOf } from './instant.ts'

const called = { examples: ['Atelier Bernard'] }

/** An organisation as it is answered. */
export const organisationView = z.object({
  id: z.string(),
  name: z.string().meta(called),
  createdAt: instant,
  /** Since when nobody comes in. */
  closedAt: instant.optional(),
  /** From when on what it has is removed. */
  purgeAt: instant.optional(),
  /** That is being done: it cannot be restored any more. */
  isGoing: z.boolean().optional(),
  /** It owns the server: it is not deleted, and its name is a setting. */
  isHome: z.boolean().optional(),
})

/** What it is called, as it is given. */
export const organisationName = line(120).meta(called)

/** An organisation as it is answered. */
export function viewOrganisation({ createdAt, closedAt, purgeAt, ...rest }: Organisation) {
  return {
    ...rest,
    createdAt: isoOf(createdAt),
    ...(closedAt !== undefined && { closedAt: isoOf(closedAt) }),
    ...(purgeAt !== undefined && { purgeAt: isoOf(purgeAt) }),
  }
}

/** Who does what lies behind these addresses, and what there is. */
export interface OrganisationLife {
  readonly installation: PlatformIdentity['installation']
  /** What an organisation has. */
  contents(org: string): Promise<Contents>
}

const byId = { id: z.string().min(1).max(100) }
// The entries are made with the change, in the logs of both organisations.
const audit = { own: true }

/** What becomes of one's own organisation, and of any for those of the home organisation who may. */
export function organisationLifeEndpoints(life: OrganisationLife): readonly Endpoint[] {
  const { installation } = life
  return [
    ...both(life, {
      url: '/api/v1/me/organisation',
      access: 'organisation.manage',
      what: 'one’s own organisation',
      id: (_, call) => call.principal().org,
      input: {},
    }),
    ...both(life, {
      url: '/api/v1/organisations/:id',
      access: 'organisations.manage',
      what: 'an organisation of this installation',
      id: ({ id }) => String(id),
      input: byId,
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/organisations/:id/restore',
      summary: 'Open an organisation again that was deleted, before its time is over',
      access: 'organisations.manage',
      input: z.object(byId),
      output: organisationView,
      audit,
      handle: async ({ id }, call) =>
        viewOrganisation(await installation.restore(actingAs(call.principal()), id, call.requestId)),
    }),
  ]
}

interface Place {
  readonly url: string
  readonly access: Endpoint['access']
  readonly what: string
  readonly input: { readonly id?: z.ZodString }
  id(given: { readonly id?: unknown }, call: Call): string
}

/** The same for both, at addresses with permissions of their own. */
function both({ installation, contents }: OrganisationLife, { url, access, what, input, id }: Place) {
  return [
    endpoint({
      method: 'GET',
      url,
      summary: `What ${what} is called, and what it has: people, runs, rows of each app`,
      access,
      input: z.object(input),
      output: organisationView.extend({ contents: contentsView }),
      async handle(given, call) {
        const found = await installation.find(actingAs(call.principal()), id(given, call))
        return { ...viewOrganisation(found), contents: await contents(found.id) }
      },
    }),
    endpoint({
      method: 'PATCH',
      url,
      summary: `Rename ${what}`,
      access,
      input: z.object({ ...input, name: organisationName }),
      output: organisationView,
      audit,
      async handle({ name, ...given }, call) {
        const acting = actingAs(call.principal())
        return viewOrganisation(await installation.rename(acting, id(given, call), name, call.requestId))
      },
    }),
    endpoint({
      method: 'POST',
      url: `${url}/close`,
      summary: `Delete ${what}: it is closed at once, and what it has is removed once it cannot be restored any more`,
      access,
      input: z.object({ ...input, /** As it is called, to be sure. */ name: organisationName }),
      output: organisationView,
      audit,
      async handle({ name, ...given }, call) {
        const acting = actingAs(call.principal())
        return viewOrganisation(await installation.close(acting, id(given, call), name, call.requestId))
      },
    }),
  ]
}
