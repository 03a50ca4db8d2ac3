import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import { openTestPlatform, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { send, sendJson } from './request.testing.ts'

interface Tea {
  readonly db: object
  readonly config: object
  readonly permission: 'cup.read'
}

const { defineApp, route } = builders<Tea>('tea')
const cup = { method: 'GET' as const, permission: 'cup.read' as const, input: z.object({}) }
const answer = (text: string) => ({ ...cup, output: z.object({ text: z.string() }), handle: async () => ({ text }) })

const pour = route({
  ...answer('poured'),
  method: 'POST',
  path: '/cups',
  summary: 'Pour, twice an hour',
  rate: { max: 2, per: '1h' },
})

const tea = defineApp({
  title: 'Tea',
  config: z.strictObject({}),
  migrations: {},
  permissions: { 'cup.read': 'See cups' },
  jobs: [],
  schedules: [],
  personalData: [],
  stuckOperations: [],
  events: [],
  projections: [],
  workflows: [],
  reactions: [],
  roles: {},
  checks: [],
  slos: [{ name: 'pour', about: 'Pouring works', of: pour, objective: 0.9, window: '7d' }],
  pages: [],
  routes: [
    route({ ...answer('both'), path: '/cups', summary: 'In both' }),
    route({
      ...answer('old'),
      path: '/pots',
      summary: 'Of the first',
      deprecated: { since: '2026-03-01', sunset: '2026-12-31', successor: '/api/v2/tea/pots' },
    }),
    route({ ...answer('new'), path: '/pots', summary: 'Of the second', version: 'v2' }),
    route({ ...answer('only'), path: '/leaves', summary: 'From the second on', version: 'v2' }),
    route({ ...answer('gone'), path: '/bags', summary: 'Of the first only', until: 'v1' }),
    route({ ...answer('third'), path: '/ice', summary: 'From the third on', version: 'v3' }),
    pour,
  ],
})

let world: TestPlatform
let address = ''
afterEach(() => world[Symbol.asyncDispose]())

async function open(env: Readonly<Record<string, string>> = {}) {
  world = await openTestPlatform({ identity: openIdentity('main'), apps: [tea], env })
  address = (await world.platform.start()).address ?? ''
  return async (path: string) => {
    const { status, json, headers } = await send(address, path)
    return { status, text: (json as { readonly text?: string }).text, headers }
  }
}

test('a version has what is new in it, and of the ones before what it has no newer one of, until its last', async () => {
  const get = await open()
  const texts = (path: string) =>
    Promise.all(['v1', 'v2', 'v3'].map(async (version) => (await get(`/api/${version}/tea/${path}`)).text))
  expect(await texts('cups')).toEqual(['both', 'both', 'both'])
  expect(await texts('pots')).toEqual(['old', 'new', 'new'])
  expect(await texts('leaves')).toEqual([undefined, 'only', 'only'])
  expect(await texts('bags')).toEqual(['gone', undefined, undefined])
  expect(await texts('ice')).toEqual([undefined, undefined, 'third'])
  expect((await get('/api/v2/runs')).status).toBe(200)
  expect((await get('/api/tea/cups')).status).toBe(404)
})

test('an address is one in all versions: its limit is shared, and the audit log and service levels know it by one name', async () => {
  await open({ REGIE_UNVERSIONED_API: 'true', REGIE_RATE_LIMIT: '100/60s' })
  const statuses = []
  for (const base of ['/api/v1', '/api/v3', '/api'])
    statuses.push((await sendJson(address, `${base}/tea/cups`, {})).status)
  expect(statuses).toEqual([200, 200, 429])
  const { entries } = await world.platform.audit.search({ org: 'main' }, { limit: 10 })
  expect(entries.filter(({ action }) => action.includes('cups')).map(({ action }) => action)).toEqual(
    Array.from({ length: 2 }, () => 'tea.cups.create'),
  )
  const metrics = await send(address, '/metrics')
  expect(metrics.body).toMatch(/^regie_slo_events_total\{[^}]*slo="tea.pour"[^}]*\} 3\b/m)
})

test('the reference names each address once for each version it is in, and what will go', async () => {
  await open()
  const { paths } = (await send(address, '/api/openapi.json')).json as {
    readonly paths: Readonly<
      Record<string, { readonly get?: { readonly operationId: string; readonly deprecated?: true } }>
    >
  }
  const pots = Object.entries(paths).flatMap(([path, { get: one }]) =>
    path.endsWith('/tea/pots') ? [[path, one]] : [],
  )
  expect(pots).toMatchObject([
    ['/api/v1/tea/pots', { operationId: 'teaGetPots', deprecated: true }],
    ['/api/v2/tea/pots', { operationId: 'teaGetPotsV2' }],
    ['/api/v3/tea/pots', { operationId: 'teaGetPotsV3' }],
  ])
  expect(paths).not.toHaveProperty('/api/v2/tea/bags')
})

test('an address that will go says since when, until when, and what takes its place; also when it refuses', async () => {
  const get = await open()
  const told = {
    deprecation: '@1772323200',
    sunset: 'Thu, 31 Dec 2026 00:00:00 GMT',
    link: '</api/v2/tea/pots>; rel="successor-version"',
  }
  expect((await get('/api/v1/tea/pots')).headers).toMatchObject(told)
  expect(await get('/api/v1/tea/pots?color=red')).toMatchObject({ status: 400, headers: told })
  expect((await get('/api/v2/tea/pots')).headers).not.toHaveProperty('deprecation')
})

test('without a version, the addresses of apps are those of the first, where that is wanted', async () => {
  const get = await open({ REGIE_UNVERSIONED_API: 'true' })
  expect(await get('/api/tea/pots')).toMatchObject({ status: 200, text: 'old' })
  expect((await get('/api/runs')).status).toBe(404)
})
