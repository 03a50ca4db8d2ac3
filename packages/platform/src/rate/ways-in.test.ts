import { expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { send, sendJson } from '../http/request.testing.ts'

const WAYS_IN = [
  ['POST', '/api/v1/auth/sign-in/email'],
  ['POST', '/api/v1/auth/request-password-reset'],
  ['POST', '/api/v1/auth/reset-password'],
  ['POST', '/api/v1/auth/change-password'],
  ['POST', '/api/v1/passkeys/begin'],
  ['POST', '/api/v1/passkeys/sign-in'],
  ['GET', '/api/v1/sso/nobody/begin'],
  ['GET', '/api/v1/sso/nobody/callback'],
  ['GET', '/api/v1/sso/nobody/end?state=x'],
  ['POST', '/api/v1/sso/nobody/answer'],
  ['POST', '/api/v1/invitations/look'],
  ['POST', '/api/v1/invitations/accept'],
] as const
const COUNTED = [
  '/api/v1/auth/get-session',
  '/api/v1/auth/jwks',
  '/api/v1/sso/providers',
  '/api/v1/sso/nobody/metadata',
]

const open = (store: (typeof STORES)[number], env: Readonly<Record<string, string>>) =>
  openTestPlatform({ store, env: { REGIE_ROLES: 'api', REGIE_RATE_STORE: 'database', ...env } })

const ask = (address: string, method: string, path: string) =>
  method === 'GET' ? send(address, path) : sendJson(address, path, {}, method)

async function losesItsCounts({ platform }: TestPlatform): Promise<void> {
  await platform.database.kysely().schema.dropTable('platform_rate').execute()
}

test.each(STORES)('all ways in are counted together for an address, on %s', async (store) => {
  await using world = await open(store, { REGIE_SIGN_IN_RATE_LIMIT: `${WAYS_IN.length}/1h` })
  const { address = '' } = await world.platform.start()
  for (const [index, [method, path]] of WAYS_IN.entries()) {
    const { status, headers } = await ask(address, method, path)
    expect({ path, status }).not.toEqual({ path, status: 429 })
    expect({ path, rate: headers.ratelimit }).toEqual({
      path,
      rate: expect.stringMatching(new RegExp(`^"sign-in";r=${WAYS_IN.length - 1 - index};`)),
    })
  }
  for (const [method, path] of WAYS_IN) {
    const { json, headers } = await ask(address, method, path)
    expect({ path, json }).toMatchObject({ path, json: { status: 429, code: 'RATE_LIMITED' } })
    expect({ path, after: headers['retry-after'] }).toEqual({ path, after: expect.stringMatching(/^[1-9]/) })
  }
  expect((await send(address, '/api/v1/sso/providers')).status).toBe(200)
})

test.each(STORES)('while nobody can be counted, nobody comes in; what only shows is shown, on %s', async (store) => {
  await using world = await open(store, { REGIE_RATE_LIMIT: '1000/60s', REGIE_SIGN_IN_RATE_LIMIT: '1000/60s' })
  const { address = '' } = await world.platform.start()
  await losesItsCounts(world)
  for (const [method, path] of WAYS_IN) {
    expect({ path, ...(await ask(address, method, path)) }).toMatchObject({
      path,
      status: 503,
      json: { code: 'RATE_UNKNOWN' },
    })
  }
  expect((await send(address, '/api/v1/sso/providers')).status).toBe(200)
  expect((await send(address, '/health')).status).toBe(200)
})

test('public addresses that only show something count under the usual limit', async () => {
  await using world = await open('SQLite', { REGIE_RATE_LIMIT: `${COUNTED.length}/1h` })
  const { address = '' } = await world.platform.start()
  for (const path of COUNTED) expect({ path, ...(await send(address, path)) }).not.toMatchObject({ path, status: 429 })
  for (const path of COUNTED) expect({ path, ...(await send(address, path)) }).toMatchObject({ path, status: 429 })
})

test('every public address names a limit', async () => {
  await using world = await openTestPlatform()
  const unlimited = world.platform.endpoints.filter(({ access, rate }) => access === 'public' && rate === undefined)
  expect(unlimited.map(({ url }) => url)).toEqual([])
})
