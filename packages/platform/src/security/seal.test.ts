import { describe, expect, test } from 'vitest'
import { createSeal } from './seal.ts'

describe('a sealed value', () => {
  const seal = createSeal('a secret of at least thirty-two characters', 'test')
  const sealed = seal.seal('JBSWY3DPEHPK3PXP', 'totp/u-1')

  test('opens where it was sealed, and never looks the same twice', () => {
    expect(seal.open(sealed, 'totp/u-1')).toBe('JBSWY3DPEHPK3PXP')
    expect(sealed).not.toContain('JBSWY3DPEHPK3PXP')
    expect(seal.seal('JBSWY3DPEHPK3PXP', 'totp/u-1')).not.toBe(sealed)
  })

  test('does not open in the row of another, under another secret or purpose, or once a character has changed', () => {
    expect(() => seal.open(sealed, 'totp/u-2')).toThrow()
    expect(() => createSeal('another secret', 'test').open(sealed, 'totp/u-1')).toThrow()
    expect(() => createSeal('a secret of at least thirty-two characters', 'other').open(sealed, 'totp/u-1')).toThrow()
    const [version, nonce, text = '', tag] = sealed.split(':')
    const changed = [version, nonce, `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`, tag].join(':')
    expect(() => seal.open(changed, 'totp/u-1')).toThrow()
    expect(() => seal.open([version, nonce, text, ''].join(':'), 'totp/u-1')).toThrow('no sealed value')
    expect(() => seal.open('plain', 'totp/u-1')).toThrow('no sealed value')
  })
})
