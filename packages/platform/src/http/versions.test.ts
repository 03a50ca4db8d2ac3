import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import { openTestPlatform, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { send } from './request.testing.ts'

interface Tea {
  readonly db: object
  readonly config: object
  readonly permission: 'cup.read'
}

const { defineApp, route } = builders<Tea>('tea')
const cup = { method: 'GET' as const, permission: 'cup.read' as const, input: z.object({}) }
const answer = (text: string) => ({ ...cup, output: z.object({ text: z.string() }), handle: async () => ({ text }) })

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
  slos: [],
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
    route({ ...answer('only'), path: '/leaves', summary: 'Of the second only', version: 'v2' }),
  ],
})

let world: TestPlatform
afterEach(() => world[Symbol.asyncDispose]())

async function open(env: Readonly<Record<string, string>> = {}) {
  world = await openTestPlatform({ identity: openIdentity('main'), apps: [tea], env })
  const { address = '' } = await world.platform.start()
  return async (path: string) => {
    const { status, json, headers } = await send(address, path)
    return { status, text: (json as { readonly text?: string }).text, headers }
  }
}

test('a second version is mounted beside the first, and takes what has no version with it', async () => {
  const get = await open()
  expect(await get('/api/v1/tea/cups')).toMatchObject({ status: 200, text: 'both' })
  expect(await get('/api/v2/tea/cups')).toMatchObject({ status: 200, text: 'both' })
  expect(await get('/api/v1/tea/pots')).toMatchObject({ status: 200, text: 'old' })
  expect(await get('/api/v2/tea/pots')).toMatchObject({ status: 200, text: 'new' })
  expect(await get('/api/v1/tea/leaves')).toMatchObject({ status: 404 })
  expect(await get('/api/v2/tea/leaves')).toMatchObject({ status: 200, text: 'only' })
  expect((await get('/api/v2/runs')).status).toBe(200)
  expect((await get('/api/tea/cups')).status).toBe(404)
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
