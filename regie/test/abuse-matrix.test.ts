// Every address × nobody, somebody without its permission, and somebody of another organisation. All is read from the
// product, so a new address is in it as soon as it exists.
import { builders, file, fileAnswer, PLATFORM_PERMISSIONS } from '@regie/platform'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { apps } from '../src/apps.ts'
import { type Address, addressesOf, bodyOf, exampleRequest } from './abuse/addresses.ts'
import { AWAY, ELSEWHERE, HOME, MARK, makeThings, type Things } from './abuse/tenants.ts'
import { ALL_PERMISSIONS, everythingBut, everythingIn } from './identity.ts'
import { type Asking, openProduct, type Product, STORES } from './product.ts'

const { defineApp, route } = builders<{ readonly db: object; readonly config: object; readonly permission: never }>(
  'post',
)

/** An app that is open to nobody in particular. */
const post = defineApp({
  title: 'Post',
  config: z.strictObject({}),
  migrations: {},
  routes: [
    route({
      method: 'POST',
      path: '/hooks/carrier',
      summary: 'Take what a carrier tells',
      permission: 'public',
      body: 'raw',
      input: z.strictObject({}),
      output: z.object({ bytes: z.int() }),
      handle: async (_ctx, _input, { body }) => ({ bytes: body.length }),
    }),
    route({
      method: 'GET',
      path: '/hours',
      summary: 'Download the opening hours',
      permission: 'public',
      input: z.strictObject({}),
      output: fileAnswer,
      handle: async () => file({ name: 'hours.csv', type: 'text/csv', body: Buffer.from('monday,9') }),
    }),
  ],
  ...{ events: [], projections: [], personalData: [], jobs: [], workflows: [], schedules: [], reactions: [] },
  ...{ permissions: {}, roles: {}, checks: [], slos: [], pages: [] },
})

/** Whoever makes an address of the platform public says so here too; apps declare theirs. */
const PUBLIC = [
  '/accept-invitation',
  '/api/v1/auth/get-session',
  '/api/v1/auth/jwks',
  '/api/v1/auth/request-password-reset',
  '/api/v1/auth/reset-password',
  '/api/v1/auth/sign-in/email',
  '/api/v1/auth/sign-out',
  '/api/v1/invitations/accept',
  '/api/v1/invitations/look',
  '/api/v1/passkeys/begin',
  '/api/v1/passkeys/sign-in',
  '/api/v1/sso/:provider/answer',
  '/api/v1/sso/:provider/begin',
  '/api/v1/sso/:provider/callback',
  '/api/v1/sso/:provider/end',
  '/api/v1/sso/:provider/metadata',
  '/api/v1/sso/providers',
  '/assets/:file',
  '/forgot-password',
  '/health',
  '/metrics',
  '/prometheus/metrics-http',
  '/ready',
  '/second-factor',
  '/set-password',
  '/sign-in',
]

// Declared in the code and not made by anybody: they are those of the product's own organisation.
const OF_HOME: Things = { 'schedules/:name': 'backup.daily', 'projections/:name': 'quotes.history' }

/** Addresses that answer otherwise than 404 to an id of another organisation, and why that tells and changes nothing there. */
const NOT_404: Readonly<Record<string, string>> = {
  'GET /api/v1/sso/:provider/callback': 'sends the browser back to the page for signing in',
  'GET /api/v1/sso/:provider/end': 'refuses what no identity provider has answered',
  'POST /api/v1/notifications/:id/read': 'counts one’s own notices, whatever the id',
  'DELETE /api/v1/push/subscriptions/:id': 'removes one’s own, and is done when there is none',
  'POST /api/v1/me/passkeys/:id/remove': 'asks for the password or a second factor first, whatever the id',
  'PUT /api/v1/roles/:name': 'makes a role of one’s own organisation',
  'PUT /api/v1/sso/settings/oidc/:id': 'makes a provider of the installation',
  'PUT /api/v1/sso/settings/saml/:id': 'makes a provider of the installation',
  'POST /api/v1/queues/:name/pause': 'queues are the installation’s',
  'POST /api/v1/queues/:name/resume': 'queues are the installation’s',
}

/** Where whoever operates the server sees what belongs to another organisation, which is recorded. */
const SEEN_ELSEWHERE = [
  'GET /api/v1/runs/:id',
  'GET /api/v1/runs/:id/history',
  'GET /api/v1/runs/:id/logs',
  'GET /api/v1/runs/:id/result',
]

/** Lists of the whole installation, for whoever may manage it, or read its log. */
const OF_INSTALLATION = ['GET /api/v1/logs', 'GET /api/v1/organisations']

/** What an address could name, and nothing has: neither here nor elsewhere. */
function nowhere({ things, operation }: Address): Things {
  const kinds = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
  const none = ({ type, format }: (typeof kinds)[number]['schema']): string => {
    if (type === 'integer') return '999999999'
    return format === 'uuid' ? '01890a5d-ac96-774b-bcce-b302099a8057' : 'nobody'
  }
  return Object.fromEntries(things.map((thing, index) => [thing, none(kinds[index]?.schema ?? {})]))
}

describe.each(STORES)('on %s', (store) => {
  let product: Product
  let away: Things
  let home: Things
  let addresses: readonly Address[] = []
  beforeAll(async () => {
    product = await openProduct(store, [post])
    away = await makeThings(product, AWAY, MARK)
    home = { ...(await makeThings(product, HOME, 'Home')), ...OF_HOME }
    addresses = addressesOf(product.document)
  }, 60_000)
  afterAll(() => product[Symbol.asyncDispose]())

  const ask = (
    address: Address,
    { path, json }: { readonly path: string; readonly json?: unknown },
    as?: Asking['as'],
  ) => product.ask(path, { method: address.method, ...bodyOf(address, json), ...(as !== undefined && { as }) })

  it('every address declares who may use it, as a permission that exists', () => {
    const known = new Set(['public', 'signed-in', ...ALL_PERMISSIONS])
    const { endpoints, documents, servedApart } = product.platform
    const served = new Map([...endpoints, ...documents, ...servedApart].map((each) => [each.url, each]))
    const undeclared = [...served.values()].filter(({ access }) => !known.has(access))
    expect(undeclared.map(({ url, access }) => `${url} ${access}`)).toEqual([])
    const isOfPlatform = (each: object) => !('app' in each && each.app !== undefined)
    const open = [...served.values()]
      .filter(({ access }) => access === 'public')
      .filter(isOfPlatform)
      .map(({ url }) => url)
    expect(open.toSorted()).toEqual(PUBLIC)
    expect(endpoints.length + servedApart.length).toBe(addresses.length)
  })

  it('every permission opens something, or there is no use for it', () => {
    const used = new Set(product.platform.endpoints.map(({ access }) => access))
    for (const { id, permissions } of apps)
      for (const permission of Object.keys(permissions)) expect([...used]).toContain(`${id}.${permission}`)
    expect(Object.keys(PLATFORM_PERMISSIONS).length).toBeGreaterThan(0)
  })

  it('nobody gets 401 and learns nothing, whatever they send', async () => {
    for (const address of addresses.filter(({ permission }) => permission !== 'public')) {
      for (const request of [
        exampleRequest(address, home),
        { path: exampleRequest(address, home).path, json: { a: 1 } },
      ]) {
        const answer = await ask(address, request)
        expect({ at: address.name, status: answer.status, json: answer.json }).toMatchObject({
          at: address.name,
          status: 401,
          json: { code: 'UNAUTHENTICATED' },
        })
      }
    }
    for (const { url, access } of product.platform.documents) {
      if (access === 'public') continue
      // A browser that wants a page is sent to the one for signing in.
      const { status } = await product.ask(url.replace(':file', 'start.js'))
      expect([401, 303], url).toContain(status)
    }
  })

  it('nobody is let in where an app says so, and breaks nothing there', async () => {
    const open = addresses.filter(
      ({ permission, operation }) => permission === 'public' && operation['x-app'] !== undefined,
    )
    expect(open.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['POST /api/v1/post/hooks/carrier', 'GET /api/v1/post/hours']),
    )
    for (const address of open) {
      const { status } = await ask(address, exampleRequest(address, home))
      expect([address.name, status === 401 || status >= 500]).toEqual([address.name, false])
    }
  })

  it('somebody with every permission but the one gets 403, in their own organisation', async () => {
    for (const address of addresses.filter(({ permission }) => permission.includes('.'))) {
      const request = exampleRequest(address, home)
      const who = everythingBut(HOME, address.permission)
      // Open to whoever started a run: this one is somebody else's.
      const answer = await ask(address, request, address.orOwn ? { ...who, id: 'another' } : who)
      const refused = address.orOwn
        ? { status: 404, json: { code: 'RUN_UNKNOWN', message: expect.stringContaining(address.permission) } }
        : { status: 403, json: { code: 'FORBIDDEN', message: expect.stringContaining(address.permission) } }
      expect({ at: address.name, status: answer.status, json: answer.json }).toMatchObject({
        at: address.name,
        ...refused,
      })
    }
  })

  it('whoever looks through somebody’s eyes changes nothing of their own, and only stops looking', async () => {
    const open = product.platform.endpoints.filter(({ whileLooking }) => whileLooking === true)
    expect(open.map(({ method, url }) => `${method} ${url}`)).toEqual(['DELETE /api/v1/me/impersonation'])
    const own = addresses.filter(
      ({ permission, method, name }) =>
        // Better-auth's own address has its test beside it; the one that ends it would end the session of this world.
        permission === 'signed-in' && method !== 'GET' && !/ \/api\/v1\/(auth|me\/impersonation)/.test(name),
    )
    expect(own.length).toBeGreaterThan(20)
    const done: string[] = []
    for (const address of own) {
      const as = { ...everythingIn(HOME), impersonatedBy: 'eve' }
      const { status, json } = await ask(address, exampleRequest(address, home), as)
      const { about } = (json ?? {}) as { readonly about?: { readonly why?: string } }
      if (status !== 403 || about?.why !== 'impersonation') done.push(address.name)
    }
    expect(done).toEqual([])
  })

  it('the ids of another organisation are as unknown as none: 404, and not a byte of it', async () => {
    const named = addresses.filter(({ name, parameters }) => parameters.length > 0 && NOT_404[name] === undefined)
    const others: string[] = []
    for (const address of named) {
      const isOfHome = address.things.some((thing) => Object.hasOwn(OF_HOME, thing))
      const [who, foreign] = isOfHome ? [AWAY, { ...away, ...OF_HOME }] : [HOME, away]
      const request = exampleRequest(address, foreign)
      const isSeen = SEEN_ELSEWHERE.includes(address.name)
      const answer = await ask(address, request, isSeen ? everythingBut(who, 'runs.everywhere') : everythingIn(who))
      if (answer.status !== 404) others.push(`${address.name} ${answer.status}`)
      if (who === HOME) expectNothingForeign(address.name, answer.body, away, request.path)
    }
    expect(others).toEqual([])
  })

  it('what exists nowhere is unknown: 404 with a code, whoever asks', async () => {
    const others: string[] = []
    for (const address of addresses.filter(
      ({ parameters, name, things }) =>
        parameters.length > 0 && (NOT_404[name] === undefined || things.includes('queues/:name')),
    )) {
      const answer = await ask(address, exampleRequest(address, nowhere(address)), everythingIn(HOME))
      const { code } = answer.json as { readonly code?: string }
      if (answer.status !== 404 || code === 'NOT_FOUND') others.push(`${address.name} ${answer.status} ${code}`)
    }
    expect(others).toEqual([])
  })

  it('lists and searches show the own organisation only', async () => {
    const lists = addresses.filter(({ method, parameters }) => method === 'GET' && parameters.length === 0)
    expect(lists.length).toBeGreaterThan(4)
    for (const address of lists.filter(({ name }) => !OF_INSTALLATION.includes(name))) {
      const path = exampleRequest(address, home).path.split('?')[0] ?? ''
      const answer = await product.ask(path, { as: everythingIn(HOME) })
      expect({ at: address.name, status: answer.status }).toEqual({ at: address.name, status: 200 })
      expectNothingForeign(address.name, answer.body, away, path)
    }
  })

  it('runs of others are seen by who operates the server only, and that stands in the audit log', async () => {
    for (const name of SEEN_ELSEWHERE) {
      const path = name.replace('GET ', '').replace(':id', away['runs/:id'] ?? '')
      expect((await product.ask(path, { as: everythingIn(HOME) })).status, name).toBe(200)
    }
    const found = await product.ask(`/api/v1/runs?filter=org:${AWAY}`, { as: everythingIn(HOME) })
    expect(found).toMatchObject({ status: 200, json: { items: [{ org: AWAY }, { org: AWAY }] } })
    const { entries } = await product.platform.audit.search({ org: HOME, action: 'runs.read-elsewhere' }, {})
    expect(entries).toMatchObject([{ object: { type: 'organisation', id: AWAY } }])
    for (const as of [everythingBut(HOME, 'runs.everywhere'), everythingBut(HOME, 'runs.read')])
      expect((await product.ask(`/api/v1/runs?filter=org:${AWAY}`, { as })).status).toBe(403)
  })

  it('ids of another organisation in a body or a query find nothing', async () => {
    const lines = [{ description: 'x', quantity: 1, unitPrice: 1 }]
    const clientId = away['quotes/clients/:clientId'] ?? ''
    const json = { clientId, title: 'x', lines }
    const made = await product.ask('/api/v1/quotes/quotes', { method: 'POST', as: everythingIn(HOME), json })
    expect(made).toMatchObject({ status: 404, json: { code: 'CLIENT_UNKNOWN' } })
    const found = await product.ask(`/api/v1/quotes/quotes?clientId=${clientId}`, { as: everythingIn(HOME) })
    expect(found.json).toEqual({ items: [] })
    const runs = await product.ask(`/api/v1/runs?org=${AWAY}`, { as: everythingIn(HOME) })
    expect(runs.status).toBe(400)
  })

  it('what was asked of the other organisation by others has not changed it', async () => {
    const quote = await product.ask(`/api/v1/quotes/quotes/${away['quotes/quotes/:quoteId']}`, {
      as: everythingIn(AWAY),
    })
    expect(quote.json).toMatchObject({ status: 'draft', title: `${MARK} roof` })
    const open = await product.platform.alerts.list({ org: AWAY, open: true })
    expect(open.alerts.map(({ id }) => id)).toContain(away['alerts/:id'])
    const run = await product.ask(`/api/v1/runs/${away['runs/:id']}`, { as: everythingIn(AWAY) })
    expect(run.json).toMatchObject({ state: 'succeeded', org: AWAY, attempt: 1 })
  })
})

/** Ids that were asked for may be told again; anything else of the other organisation may not. */
function expectNothingForeign(at: string, body: string, foreign: Things, asked: string): void {
  const shared = new Set(Object.values(ELSEWHERE))
  const secrets = [MARK, MARK.toLowerCase(), `"${AWAY}"`, ...Object.values(foreign)].filter(
    (secret) => /\D/.test(secret) && !shared.has(secret),
  )
  expect({ at, told: secrets.filter((secret) => body.includes(secret) && !asked.includes(secret)) }).toEqual({
    at,
    told: [],
  })
}
