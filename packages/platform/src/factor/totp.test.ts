import { describe, expect, test } from 'vitest'
import { codeOf, stepAt } from './code.ts'
import { authenticatorUri, base32, stepOfCode } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

describe('codes from an authenticator', () => {
  // RFC 6238, appendix B, the rows with SHA-1.
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('%i seconds after 1970 the code is %s', (seconds, code) => {
    expect(codeOf(secret, stepAt(seconds * 1_000), 8)).toBe(code)
    expect(codeOf(secret, stepAt(seconds * 1_000))).toBe(code.slice(2))
  })

  test('count half a minute early and late, and not before or after', () => {
    const now = 1_700_000_000_000
    const here = stepAt(now)
    expect([-2, -1, 0, 1, 2].map((steps) => stepOfCode(secret, codeOf(secret, here + steps), now))).toEqual([
      undefined,
      here - 1,
      here,
      here + 1,
      undefined,
    ])
  })

  test.each(['', '12345', '1234567', '94287082', '１２３４５６'])('%j is none', (code) => {
    expect(stepOfCode(secret, code, 59_000)).toBeUndefined()
  })

  // RFC 4648, section 10.
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%j is %s in base 32', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded)
  })

  test('the address for the app has names encoded', () => {
    expect(authenticatorUri(secret, { issuer: 'Atelier & Co', account: 'ada+1@example.com' })).toBe(
      'otpauth://totp/Atelier%20%26%20Co:ada%2B1%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Atelier%20%26%20Co&algorithm=SHA1&digits=6&period=30',
    )
  })
})
