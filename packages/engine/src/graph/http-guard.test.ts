import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './http-guard.ts'
import { secretsIn } from './secrets.ts'

describe('the guard of http nodes', () => {
  it.each([
    '127.0.0.1',
    '127.255.1.2',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    'fe80::1',
    'fd00::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b:1::a00:1',
    '2001:0:7f00:1::',
    '3fff::1',
    '4000::1',
    'fe80::1%lo',
    '168.63.129.16',
    '192.88.99.1',
    'localhost',
    '',
    '1.2.3',
  ])('does not let %s through', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.0.1',
    '172.32.0.1',
    '11.0.0.1',
    '2606:4700:4700::1111',
    '::ffff:1.1.1.1',
  ])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it('looks at an address of version 4 mapped into version 6 as at the address itself', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        (address) => void expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address)),
      ),
    )
  })
})

describe('secrets', () => {
  it('are taken out of text in whatever form a server sends them back', () => {
    const secrets = fc
      .string({ minLength: 4, maxLength: 40 })
      .filter((text) => text.isWellFormed() && text.trim().length >= 4)
    fc.assert(
      fc.property(secrets, fc.constantFrom(' ', 'x', '"', '/'), (secret, around) => {
        const hide = secretsIn([secret])
        for (const form of [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret),
          Buffer.from(secret).toString('base64'),
        ]) {
          const shown = hide(`${around}${form}${around}`)
          expect(shown.includes(secret) && !around.includes(secret)).toBe(false)
          expect(shown).toContain('•••')
        }
      }),
    )
  })

  it('leave other text as it is', () => {
    expect(secretsIn(['s3cr3t!', 'abc'])('abc and s3cr3t')).toBe('abc and s3cr3t')
  })
})
