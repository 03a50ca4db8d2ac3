import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { organisationName, organisationView, viewOrganisation } from './organisation-life.ts'
import { seesLink, showLink, shownLink } from './shown-link.ts'

const LIST = 'organisations'

/** The organisations of the installation, for those of the home organisation who may. */
export function organisationEndpoints({ installation, delivery }: PlatformIdentity): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/organisations',
      summary: 'List the organisations of this installation, by id, closed ones too',
      access: 'organisations.manage',
      input: z.object(pageInput),
      output: z.object({ items: z.array(organisationView), next: z.string().optional() }),
      async handle({ limit, cursor }, call) {
        const [after] = decodeCursor(LIST, cursor, ['text']) ?? []
        const { organisations, next } = await installation.list(actingAs(call.principal()), { limit, after })
        return {
          items: organisations.map(viewOrganisation),
          ...(next !== undefined && { next: encodeCursor(LIST, [next]) }),
        }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/organisations',
      summary: 'Make an organisation, owned by oneself or by somebody who is invited',
      access: 'organisations.manage',
      input: z.object({ name: organisationName, owner: z.email().max(254).optional() }),
      output: organisationView.extend({
        ...shownLink,
        /** Only of an owner who is invited. */
        delivery: shownLink.delivery.optional(),
      }),
      status: 201,
      confidential: true,
      // The address is in the invitation: an entry would keep it when the invited one is forgotten.
      audit: {
        after: ({ name, owner }, principal) => ({
          name,
          ...(owner !== undefined && seesLink(principal, delivery) && { linkShown: true }),
        }),
      },
      async handle(given, call) {
        const { link, ...made } = await installation.create(actingAs(call.principal()), given)
        const invited = link !== undefined && showLink(call.principal(), delivery, link)
        return { ...viewOrganisation(made), ...invited }
      },
    }),
  ]
}
