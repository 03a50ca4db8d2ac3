// What hostile clients put into fields: more than was asked for, keys that reach prototypes, scripts, endless texts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Address, addressesOf, exampleRequest } from './abuse/addresses.ts'
import { AWAY, HOME, makeThings, type Things } from './abuse/tenants.ts'
import { everythingIn } from './identity.ts'
import { openProduct, type Product, STORES } from './product.ts'

const as = everythingIn(HOME)
const lines = [{ description: 'x', quantity: 1, unitPrice: 1 }]

/** What the columns of a row and the fields of a principal are called: none of it is a client's to say. */
const OTHERS_FIELDS = {
  org: AWAY,
  org_id: AWAY,
  orgId: AWAY,
  tenantId: AWAY,
  status: 'accepted',
  state: 'succeeded',
  role: 'admin',
  roles: ['admin'],
  permissions: ['*'],
  isAdmin: true,
  admin: true,
  created_at: 0,
  createdAt: 0,
  number: 'D-2026-0001',
  netCents: 0,
  net_cents: 0,
  anonymised_at: 1,
  actor: { kind: 'system' },
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "';alert(1)//",
  '<svg/onload=alert(1)>',
  '</title><script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  'javascript:alert(1)',
]

describe.each(STORES)('on %s', (store) => {
  let product: Product
  let things: Things
  let writes: readonly Address[] = []
  beforeAll(async () => {
    product = await openProduct(store)
    things = {
      ...(await makeThings(product, HOME, 'Home')),
      'schedules/:name': 'cleanup.temporary-files',
      'projections/:name': 'quotes.history',
    }
    // better-auth leaves alone what it does not know (sign-in.test.ts shows that it sets nothing), and SAML's form is no JSON.
    const apart = new Set(product.platform.servedApart.map(({ method, url }) => `${method} ${url}`))
    writes = addressesOf(product.document).filter(
      ({ name, method }) => method !== 'GET' && method !== 'DELETE' && !apart.has(name),
    )
  }, 60_000)
  afterAll(() => product[Symbol.asyncDispose]())

  it('a field that an address does not declare is refused by name, at every address and one by one', async () => {
    for (const address of writes) {
      const { path, json = {} } = exampleRequest(address, things)
      const declared = Object.keys(address.operation.requestBody?.content[address.takes]?.example ?? {})
      for (const [field, value] of Object.entries(OTHERS_FIELDS).filter(([name]) => !declared.includes(name))) {
        const answer = await product.ask(path, {
          method: address.method,
          as,
          json: { ...(json as object), [field]: value },
        })
        expect({ at: address.name, field, status: answer.status, json: answer.json }).toMatchObject({
          at: address.name,
          field,
          status: 400,
          json: { code: 'INPUT_INVALID', errors: { [field]: [expect.any(String)] } },
        })
      }
    }
  })

  it('so is one within a list of a body', async () => {
    const clientId = things['quotes/clients/:clientId']
    const json = { clientId, title: 'x', lines: [{ ...lines[0], netCents: 0 }] }
    const answer = await product.ask('/api/v1/quotes/quotes', { method: 'POST', as, json })
    expect(answer).toMatchObject({ status: 400, json: { errors: { 'lines.0.netCents': [expect.any(String)] } } })
  })

  it.each([
    '{"__proto__":{"polluted":true},"name":"x"}',
    '{"constructor":{"prototype":{"polluted":true}},"name":"x"}',
    '{"name":"x","address":{"__proto__":{"polluted":true}}}',
    '{"name":"x","\\u005f_proto__":{"polluted":true}}',
  ])('a key that reaches a prototype is refused and reaches none: %s', async (body) => {
    const answer = await product.ask('/api/v1/quotes/clients', { method: 'POST', as, body })
    expect(answer.status).toBe(400)
    const query = await product.ask(
      '/api/v1/runs?__proto__[polluted]=1&constructor[prototype][polluted]=1&input.__proto__=1',
      { as },
    )
    expect(query.status).toBe(400)
    expect({}).not.toHaveProperty('polluted')
  })

  it('a script in a name is kept as it is, answered as JSON that no browser runs, and escaped in the page', async () => {
    for (const text of HOSTILE) {
      const client = await product.ask('/api/v1/quotes/clients', { method: 'POST', as, json: { name: text } })
      expect(client).toMatchObject({
        status: 201,
        json: { name: text },
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' },
      })
      await product.platform.alerts.raise({
        org: HOME,
        key: `xss:${text}`,
        severity: 'critical',
        title: text,
        detail: text,
      })
    }
    const page = await product.ask('/', { as })
    expect(page.status).toBe(200)
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    for (const tag of ['<script>alert', '<img src=x', '<svg/onload']) expect(page.body).not.toContain(tag)
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self'(?:;|$)/)
    const scripts = [...page.body.matchAll(/<script[^>]*>([^<]*)/g)].map(([whole, inline]) => [whole, inline])
    expect(scripts.filter(([, inline]) => inline !== '')).toEqual([])
    // Without what stands in quotes, no tag has a handler.
    expect(page.body.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+\s*=/)
  })

  it('what would move a terminal’s cursor is refused in every name and reason', async () => {
    const asked: string[] = []
    for (const address of writes) {
      const { path, json = {} } = exampleRequest(address, things)
      const { example } = address.operation.requestBody?.content['application/json'] ?? {}
      for (const field of ['name', 'reason', 'title', 'key'].filter((one) => Object.hasOwn(example ?? {}, one))) {
        asked.push(`${address.name} ${field}`)
        const changed = { ...(json as object), [field]: 'gone\u001b[2Kback' }
        const answer = await product.ask(path, { method: address.method, as, json: changed })
        expect({ at: address.name, json: answer.json }).toMatchObject({
          at: address.name,
          json: { status: 400, errors: { [field]: [expect.any(String)] } },
        })
      }
    }
    expect(asked.length).toBeGreaterThan(12)
  })

  it('hostile texts in what is refused come back as JSON only', async () => {
    const asked = `/api/v1/quotes/clients/${encodeURIComponent(HOSTILE[0] ?? '')}`
    for (const path of [asked, `${asked}/nowhere`, `/${encodeURIComponent(HOSTILE[1] ?? '')}`]) {
      const answer = await product.ask(path, { as })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    }
  })

  it('a text of half a million characters in any field is refused or kept, and the server goes on', async () => {
    const endless = [
      `${'a'.repeat(500_000)}!`,
      ' '.repeat(500_000),
      `${'a@'.repeat(250_000)}`,
      `${'1.'.repeat(250_000)}x`,
    ]
    for (const address of writes) {
      const { path, json = {} } = exampleRequest(address, things)
      for (const field of Object.keys((json ?? {}) as object)) {
        for (const text of endless) {
          const answer = await product.ask(path, {
            method: address.method,
            as,
            json: { ...(json as object), [field]: text },
          })
          expect([200, 201, 202, 400, 404, 409, 422], `${address.name} ${field}`).toContain(answer.status)
        }
      }
    }
    expect((await product.ask('/health')).status).toBe(200)
  })
})
