import { expect, it } from 'vitest'
import { EngineError } from '../errors.ts'
import { storedError } from './errors.ts'
import { plainStack } from './stack.ts'

const KEY = `rgk_${'a1'.repeat(23)}`

it.each([
  ['login failed for postgres://admin:hunter2@db/x', 'login failed for postgres://admin:[hidden]@db/x'],
  ['no pg_hba entry: host=db password=hunter2 user=me', 'no pg_hba entry: host=db password=[hidden] user=me'],
  [`refused with token=${KEY}`, 'refused with token=[hidden]'],
  [`the key ${KEY} is revoked`, 'the key rgk_[hidden] is revoked'],
  ['401 for Authorization: Bearer abcdefghijkl', '401 for Authorization: Bearer [hidden]'],
  ['no answer with client_secret=hunter2&id=7', 'no answer with client_secret=[hidden]&id=7'],
  ['DB_PASSWORD=hunter2 is wrong', 'DB_PASSWORD=[hidden] is wrong'],
  ['{"client_secret":"hunter2","id":7}', '{"client_secret":"[hidden]","id":7}'],
  ['sk-proj-0123456789abcdef is no key', 'sk-[hidden] is no key'],
  [
    '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY----- [hidden] -----END PRIVATE KEY-----',
  ],
  ['the token is missing, and password must be longer', 'the token is missing, and password must be longer'],
])('keeps no secret that an error names: %s', (message, kept) => {
  const error = new Error('could not reach the shop', { cause: new Error(message) })
  expect(storedError(error).message).toBe(`could not reach the shop: ${kept}`)
  const stack = storedError(new Error(message)).stack ?? ''
  expect(stack.slice(0, stack.indexOf('\n    at '))).toBe(`Error: ${kept}`)
})

it('cuts what is long before it searches it, and again after', () => {
  expect(storedError(new Error(`password=${'x'.repeat(3_000_000)} end`)).message).toBe('password=[hidden]')
  const { message, stack = '' } = storedError(new Error('x'.repeat(3_000_000)))
  expect([message.length, stack.length]).toEqual([4_096, 8_192])
})

it('keeps of a step that failed its own code, message and stack', () => {
  const cause = Object.assign(new Error('the card is expired'), { code: 'CARD_REFUSED' })
  const { code, message, stack } = storedError(new EngineError('STEP_FAILED', 'the step "pay" failed', { cause }))
  expect([code, message]).toEqual(['STEP_FAILED', 'the step "pay" failed: CARD_REFUSED: the card is expired'])
  expect(stack).toMatch(/^Error: the card is expired\n {4}at .*errors\.test\.ts/)
})

it('keeps the frames of the code at fault, not those of Node and of packages', () => {
  const own = '    at markDone (/srv/apps/notes/src/item/store.ts:12:3)'
  const foreign = [
    '    at Driver.x (/srv/node_modules/kysely/dist/driver.js:1:1)',
    '    at run (node:internal/process:4:5)',
  ]
  expect(plainStack(['Error: no such table', ...foreign, own].join('\n'))).toBe(`Error: no such table\n${own}`)
  expect(plainStack(['Error: x', ...foreign].join('\n'))).toBe(['Error: x', ...foreign].join('\n'))
})
