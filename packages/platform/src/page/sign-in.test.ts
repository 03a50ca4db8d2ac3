import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Document, DocumentRequest } from '../http/endpoint.ts'
import { signInRoutes } from './sign-in.ts'

const org = { id: 'main', name: 'Atelier <Nord>', timeZone: 'Europe/Paris', language: 'fr' } as const
let hasOwner = true
let delivery: 'mail' | 'outbox' = 'mail'
const mail = {
  get delivery() {
    return delivery
  },
}
const routes = signInRoutes({ org, program: 'npm run regie --', hasOwner: async () => hasOwner, mail })

async function open(url: string, query: Readonly<Record<string, string>> = {}): Promise<Document> {
  const route = routes.find((one) => one.url === url)
  const request: DocumentRequest = {
    path: url,
    query,
    language: 'de',
    headers: {},
    address: '127.0.0.1',
    principal: undefined,
  }
  const page = await route?.handle(request)
  if (page === undefined) throw new Error(`there is no page ${url}`)
  return page
}

describe.each(routes.map(({ url }) => url))('%s', (url) => {
  test('speaks French and English', async () => {
    expect((await open(url)).body).toContain('<html lang="fr">')
    expect((await open(url, { lang: 'en' })).body).toContain('<html lang="en">')
  })

  test('escapes what comes from settings and addresses', async () => {
    const { body } = await open(url, { lang: 'en', next: '"><script>alert(1)</script>' })
    expect(body).toContain('Atelier &lt;Nord&gt;')
    expect(body).not.toContain('<script>alert')
  })

  test('keeps to the content security policy: no script and no style within the page', async () => {
    const { body } = await open(url)
    expect(body).not.toMatch(/<script(?![^>]*src=)/)
    expect(body).not.toMatch(/<style|style="| on\w+="/)
  })

  test('names every field, and says refusals where a screen reader hears them', async () => {
    const { body } = await open(url)
    const ids = [...String(body).matchAll(/<input id="(\w+)"/g)].map((match) => match[1] ?? '')
    expect(ids.length).toBeGreaterThan(0)
    for (const id of ids) expect(body).toContain(`<label for="${id}">`)
    expect(body).toContain('role="alert"')
  })

  test('its script knows what to do with its form', async () => {
    const act = /data-act="([\w-]+)"/.exec(String((await open(url)).body))?.[1] ?? ''
    const script = readFileSync(join(import.meta.dirname, 'assets', 'sign-in.js'), 'utf8')
    expect(script).toMatch(new RegExp(`async '?${act}'?\\(`))
  })
})

describe('where somebody goes on after signing in', () => {
  const origin = 'https://regie.example.com'
  const goesTo = async (wanted: string | null): Promise<URL> => {
    const asset: { localPath(wanted: string | null, origin: string): string } = await import(
      new URL('./assets/next.js', import.meta.url).href
    )
    return new URL(asset.localPath(wanted, origin), origin)
  }

  test.each([
    ...['/.//evil.example/x', '/x/..//evil.example', '/%2e//evil.example', '/.\\\\evil.example', '//evil.example'],
    ...['https://evil.example/', 'javascript:alert(1)', 'data:text/html,x', 'http://[', '\t//evil.example'],
  ])('is this server, also with next=%j', async (wanted) => {
    expect((await goesTo(wanted)).origin).toBe(origin)
  })

  test('is the view that was asked for', async () => {
    expect((await goesTo('/runs?filter=state:failed')).href).toBe(`${origin}/runs?filter=state:failed`)
    expect((await goesTo(null)).href).toBe(`${origin}/`)
  })
})

test('where nobody may come in yet, the page of sign-in says how the first one does', async () => {
  hasOwner = false
  const { body } = await open('/sign-in', { lang: 'en' })
  expect(body).toContain('“npm start”')
  expect((await open('/forgot-password', { lang: 'en' })).body).not.toContain('npm start')
  hasOwner = true
  expect((await open('/sign-in', { lang: 'en' })).body).not.toContain('npm start')
})

test('where mails reach nobody, nobody who has forgotten a password is told that one is on its way', async () => {
  delivery = 'outbox'
  const { body } = await open('/forgot-password', { lang: 'en' })
  expect(body).toContain('ask an administrator')
  expect(body).not.toMatch(/on its way|We send/)
  delivery = 'mail'
  expect((await open('/forgot-password', { lang: 'en' })).body).toMatch(/on its way/)
})
