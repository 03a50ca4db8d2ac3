import { operatorOf } from '@regie/platform'
import type { Generated } from 'kysely'
import { everythingIn } from '../identity.ts'
import type { Product } from '../product.ts'

/** Stands in every text of the other organisation, so that a single byte of it is noticed. */
export const MARK = 'Zaunkoenig-7f3a'

/** The organisation that the product's own work belongs to. */
export const HOME = 'main'

/** Another one on the same server. */
export const AWAY = 'away'

/** What exists of one organisation, by the feature and the parameter that name it. */
export type Things = Readonly<Record<string, string>>

/** What no organisation has: there is none such, or it is the installation's. */
export const ELSEWHERE: Things = {
  'queues/:name': 'default',
  // Whoever runs the installation manages them all; packages/platform/src/auth/organisations.test.ts is about who else may not.
  'organisations/:id': 'nobody',
  // Declared in the code: what everybody has is the same.
  'jobs/:name': 'nobody.knows',
  'workers/:epoch': '999999',
  'me/passkeys/:id': '01890a5d-ac96-774b-bcce-b302099a8057',
  'push/subscriptions/:id': '01890a5d-ac96-774b-bcce-b302099a8057',
  'sso/:provider': 'nobody',
  'sso/settings/oidc/:id': 'nobody',
  'sso/settings/saml/:id': 'nobody',
  'sso/settings/:id': 'nobody',
}

/** Makes one of everything that an address can name, in an organisation; answers the ids as `<feature>/:<parameter>`. */
export async function makeThings(product: Product, org: string, mark: string): Promise<Things> {
  const identified = await makePeople(product, org, mark)
  const as = everythingIn(org)
  const make = async (path: string, json: object, method = 'POST'): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await product.ask(path, { method, as, json })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`)
    return answer.json as Readonly<Record<string, unknown>>
  }
  const client = await make('/api/v1/quotes/clients', {
    name: `${mark} SARL`,
    email: `${mark.toLowerCase().replaceAll(' ', '-')}@example.com`,
  })
  // Without one no quote may be sent.
  await make('/api/v1/quotes/seller', { name: `${mark} seller`, email: 'seller@example.com' }, 'PUT')
  const lines = [{ description: `${mark} work`, quantity: 1, unitPrice: '10' }]
  const draft = await make('/api/v1/quotes/quotes', { clientId: client.id, title: `${mark} roof`, lines })
  const sent = await make('/api/v1/quotes/quotes', { clientId: client.id, title: `${mark} wall`, lines })
  const { runId } = await make(`/api/v1/quotes/quotes/${sent.id}/send`, {})
  await product.platform.engine.runs.wait(Number(runId))
  await product.platform.alerts.raise({
    org,
    key: `test:${mark}`,
    severity: 'warning',
    title: `${mark} alert`,
    detail: `${mark} detail`,
  })
  const { alerts } = await product.platform.alerts.list({ org })
  const alert = alerts.find(({ key }) => key === `test:${mark}`)
  const { engine, backups, faults, database } = product.platform
  await engine.runs.wait((await engine.enqueue(backups.verify, { id: mark }, { org })).id)
  const [fault] = await faults.list({ org, limit: 1 })
  const view = await make('/api/v1/views', { list: 'runs', name: `${mark} view`, filter: 'state:failed' })
  const bulk = await make('/api/v1/runs/bulk', { act: 'retry', filter: `tag:"${mark}"` })
  const until = '2100-01-01T00:00:00Z'
  const silence = await make('/api/v1/alerts/silences', { key: `test:${mark} silence`, reason: mark, until })
  const { signal } = await database
    .kysely<{
      engine_signal: { id: Generated<number>; org: string; name: string; key: string; payload: string; sent_at: number }
    }>()
    .insertInto('engine_signal')
    .values({ org, name: `${mark}.approved`, key: mark, payload: JSON.stringify({ by: mark }), sent_at: Date.now() })
    .returning('id as signal')
    .executeTakeFirstOrThrow()
  const audited = await product.ask('/api/v1/audit?limit=1', { as })
  const { items: entries } = audited.json as { readonly items: readonly { readonly id: string }[] }
  return {
    ...ELSEWHERE,
    ...identified,
    'audit/:id': entries[0]?.id ?? '',
    'quotes/clients/:clientId': String(client.id),
    'quotes/quotes/:quoteId': String(draft.id),
    // Nobody asks for it by its id: lists and runs could tell it.
    sent: String(sent.id),
    'runs/:id': String(runId),
    // No app of the product has a workflow; the suite of these addresses meets one of another organisation.
    'workflows/:id': String(runId),
    'events/streams/:stream': `quote-${draft.id}`,
    'alerts/:id': alert?.id ?? '',
    'alerts/silences/:id': String(silence.id),
    'errors/:fingerprint': fault?.fingerprint ?? '',
    'signals/:id': String(signal),
    'views/:id': String(view.id),
    'runs/bulk/:id': String(bulk.id),
  }
}

/** Somebody who belongs to the organisation and asks in it from now on, with a session, a key, a notice, and what an owner can make. */
async function makePeople({ platform, people }: Product, org: string, mark: string): Promise<Things> {
  const { identity, database } = platform
  const acting = operatorOf(org)
  const word = mark.toLowerCase().replaceAll(' ', '-')
  await database
    .kysely<{ platform_organisation: { id: string; name: string; created_at: number } }>()
    .insertInto('platform_organisation')
    .values({ id: org, name: `${mark} organisation`, created_at: 1 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const visit = { requestId: 'test', host: 'localhost', userAgent: 'test', cookie: undefined }
  const password = 'vertical-lagoon-93-kettle'
  const person = { email: `${word}-owner@example.com`, name: `${mark} owner`, password, roles: ['owner'] }
  const owner = await identity.users.create(acting, person)
  const { sessionId } = await identity.factors.beginSession(owner.id, visit, 'password')
  people.set(org, { id: owner.id, sessionId })
  const other = await identity.users.create(acting, {
    ...person,
    email: `${word}-member@example.com`,
    roles: ['member'],
  })
  const session = await identity.factors.beginSession(other.id, visit, 'password')
  const key = await identity.keys.create(acting, { name: `${mark} key`, permissions: ['runs.read'] })
  const oneself = { ...acting, actor: { kind: 'user', id: owner.id, name: person.name } as const }
  const ownKey = await identity.keys.create(oneself, { name: `${mark} own key`, permissions: ['runs.read'] })
  const invitation = await identity.invitations.invite(acting, {
    email: `${word}-guest@example.com`,
    roles: ['member'],
  })
  const role = await identity.roles.save(acting, `${word}-role`, ['runs.read'])
  await platform.services.context('quotes', org).notify(owner.id, { title: `${mark} notice` })
  const { rows: notifications } = await platform.inbox.list({ org, user: owner.id }, { unread: true, limit: 1 })
  return {
    'users/:id': other.id,
    'users/:user': other.id,
    'sessions/:id': session.sessionId,
    'me/sessions/:id': sessionId,
    'keys/:id': key.id,
    'me/keys/:id': ownKey.id,
    'invitations/:id': invitation.id,
    'roles/:name': role.name,
    'notifications/:id': notifications[0]?.id ?? '',
  }
}
