import { expect, test } from 'vitest'
import { actionOf, objectOf } from './action.ts'

test.each([
  ['POST', '/api/v1/runs/:id/retry', 'runs.retry'],
  ['DELETE', '/api/v1/keys/:id', 'keys.delete'],
  ['POST', '/api/v1/audit/verify', 'audit.verify'],
  ['POST', '/api/v1/quotes/clients', 'quotes.clients.create'],
  ['PATCH', '/api/v1/quotes/clients/:clientId', 'quotes.clients.update'],
  ['PUT', '/api/v2/flags/:name', 'flags.replace'],
] as const)('%s %s is the action %s', (method, url, action) => {
  expect(actionOf(method, url)).toBe(action)
})

test('the object of an address is its last parameter, named after the word before it', () => {
  expect(objectOf('/api/v1/runs/:id/retry', { id: 42 })).toEqual({ type: 'run', id: '42' })
  expect(objectOf('/api/v1/quotes/:quoteId/lines/:line', { quoteId: 'q', line: 'l' })).toEqual({
    type: 'line',
    id: 'l',
  })
  expect(objectOf('/api/v1/quotes/clients', { id: 'c' })).toBeUndefined()
  expect(objectOf('/api/v1/runs/:id', {})).toBeUndefined()
})
