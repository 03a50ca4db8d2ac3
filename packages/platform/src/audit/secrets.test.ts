import { expect, test } from 'vitest'
import { scrubber } from '../observe/scrub.ts'
import { withoutSecrets } from './secrets.ts'

const clean = (value: unknown) => withoutSecrets(value, scrubber(['the-smtp-secret']))

test('fields named like a secret are hidden at any depth, whatever they hold', () => {
  const value = {
    Password: 1,
    a: [{ client_secret: { x: 1 }, accessToken: 't', codes: ['ok'], code: '123456', token: null }],
  }
  expect(clean(value)).toEqual({
    Password: '[hidden]',
    a: [{ client_secret: '[hidden]', accessToken: '[hidden]', codes: ['ok'], code: '[hidden]', token: null }],
  })
})

test('texts lose what has the shape of a secret, and the configured ones', () => {
  expect(clean({ note: 'smtp://a:b@c uses the-smtp-secret' })).toEqual({ note: 'smtp://a:[hidden]@c uses [hidden]' })
})

test('what is too long, too deep or too large is cut, and what no database keeps is replaced', () => {
  expect(clean('x'.repeat(3_000))).toMatch(/^x{2000}… \(3000 characters\)$/)
  expect(clean(Array.from({ length: 300 }, () => 0))).toHaveLength(201)
  expect(clean(Array.from({ length: 100 }, () => 'x'.repeat(1_999)))).toEqual({
    tooLarge: true,
    bytes: expect.any(Number),
  })
  let deep: unknown = 1
  for (let level = 0; level < 40; level++) deep = { deep }
  expect(JSON.stringify(clean(deep))).toContain('[too deep]')
  expect(clean(['a\0b', '\ud800', 10n, new Date(0), new Uint8Array(3), undefined, () => 1])).toEqual([
    ...['a\ufffdb', '\ufffd', '10', '1970-01-01T00:00:00.000Z', '[3 bytes]', null, null],
  ])
})
