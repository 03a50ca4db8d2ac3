import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestPlatform, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { send } from '../http/request.testing.ts'

let world: TestPlatform
let address = ''
beforeAll(async () => {
  world = await openTestPlatform({ identity: openIdentity('main') })
  address = (await world.platform.start()).address ?? ''
})
afterAll(() => world[Symbol.asyncDispose]())

test('the document is served with what the platform and its apps have', async () => {
  const { status, json } = await send(address, '/api/openapi.json')
  expect(status).toBe(200)
  expect(json).toMatchObject({
    openapi: '3.1.1',
    paths: {
      '/api/v1/runs/{id}': { get: { 'x-permission': 'runs.read' } },
      '/api/v1/shop/orders': { post: { operationId: 'shopPostOrders', tags: ['shop/orders'] } },
    },
  })
})

test('the page is of this server alone, in the language asked for, and every file it names is there', async () => {
  const page = await send(address, '/api/docs', { headers: { 'accept-language': 'fr' } })
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  expect(page.body).toContain('<html lang="fr">')
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';.*connect-src 'self'/)
  const files = [...page.body.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map((match) => match[1] ?? '')
  expect(files).toHaveLength(6)
  for (const file of files) expect((await send(address, file)).status, file).toBe(200)
  expect((await send(address, '/api/docs/package.json')).status).toBe(404)
  expect((await send(address, '/api/docs/..%2fpackage.json')).status).toBe(404)
})

test('the short address leads to the page', async () => {
  expect(await send(address, '/api')).toMatchObject({ status: 303, headers: { location: '/api/docs' } })
})

test('work that was accepted says where its run can be looked at', async () => {
  await expect.poll(async () => (await send(address, '/api/v1/schedules/shop.pack/next')).status).toBe(200)
  const headers = { 'content-type': 'application/json' }
  const {
    status,
    json,
    headers: told,
  } = await send(address, '/api/v1/schedules/shop.pack/run', { method: 'POST', headers, body: '{}' })
  const { runId } = json as { readonly runId: number }
  expect({ status, location: told.location }).toEqual({ status: 202, location: `/api/v1/runs/${runId}` })
  await world.platform.engine.runs.wait(runId)
  const again = await send(address, `/api/v1/runs/${runId}/retry`, { method: 'POST', headers, body: '{}' })
  expect(again).toMatchObject({ status: 202, headers: { location: `/api/v1/runs/${runId}` } })
})
