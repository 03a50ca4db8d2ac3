import type { Database } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORES } from '../app/platform.testing.ts'
import { codeOf, stepAt } from './code.ts'
import { createFactorGate } from './gate.ts'
import { type FactorLab, openLab, PASSWORD, person } from './lab.testing.ts'
import { createSecondFactor, type SecondFactor } from './second-factor.ts'
import { rowsOf } from './store/rows.testing.ts'
import { saveRequired } from './store/sessions.ts'

describe.each(STORES)('second factors over %s', (store) => {
  let lab: FactorLab
  let database: Database
  let clock: FactorLab['clock']
  let factors: SecondFactor

  beforeEach(async () => {
    lab = await openLab(store)
    database = lab.database
    clock = lab.clock
    factors = createSecondFactor({ ...lab, secret: 's'.repeat(32), issuer: 'Atelier' })
  })
  afterEach(() => lab[Symbol.asyncDispose]())

  const app = (secret: string) => {
    const bits = [...secret].map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    )
    const bytes = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
    return (steps = 0) => codeOf(bytes, stepAt(clock.now()) + steps)
  }
  const enrolled = async (session = 's-1') => {
    const { secret } = await factors.enrol(person(session), { password: PASSWORD })
    const code = app(secret)
    const backupCodes = await factors.confirm(person(session), code())
    await clock.advance(60_000)
    return { code, backupCodes, secret }
  }
  const wrongCode = (right: string) => (right === '000000' ? '111111' : '000000')

  test('an authenticator is set up with the password and a first code, and then lets sessions in', async () => {
    expect(await factors.status(person('s-1'))).toEqual({
      totp: 'none',
      hasPasskey: false,
      hasPassword: true,
      backupCodesLeft: 0,
      required: false,
    })
    const { code } = await enrolled()
    expect(await factors.status(person('s-1'))).toMatchObject({ totp: 'confirmed', backupCodesLeft: 10, shown: 'totp' })
    await factors.verify(person('s-2'), { code: code() })
    expect(await factors.status(person('s-2'))).toMatchObject({ shown: 'totp' })
  })

  test('without the password, or with a wrong one, nothing is set up', async () => {
    await clock.advance(11 * 60_000)
    await expect(factors.enrol(person('s-1'), {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
    await expect(factors.enrol(person('s-1'), { password: 'wrong' })).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
    expect(await factors.status(person('s-1'))).toMatchObject({ totp: 'none' })
  })

  test('who has no password sets one up within ten minutes of signing in', async () => {
    lab.hasPassword = false
    await factors.enrol(person('s-1'), {})
    await clock.advance(11 * 60_000)
    await expect(factors.enrol(person('s-1'), {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
  })

  test('a session of minutes does not stand for the password of who has one', async () => {
    await expect(factors.enrol(person('s-1'), {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
  })

  test('a confirmed authenticator is not replaced by another', async () => {
    await enrolled()
    await expect(factors.enrol(person('s-1'), { password: PASSWORD })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_STATE',
    })
    await expect(factors.confirm(person('s-1'), '123456')).rejects.toMatchObject({ code: 'SECOND_FACTOR_STATE' })
  })

  test('an authenticator that was never confirmed lets nobody in', async () => {
    const { secret } = await factors.enrol(person('s-1'), { password: PASSWORD })
    await expect(factors.verify(person('s-1'), { code: app(secret)() })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_WRONG',
    })
  })

  test('a code counts once, and so does none before it', async () => {
    const { code } = await enrolled()
    const [before, right] = [code(-1), code()]
    await factors.verify(person('s-2'), { code: right })
    for (const replayed of [right, before]) {
      await expect(factors.verify(person('s-3'), { code: replayed })).rejects.toMatchObject({
        code: 'SECOND_FACTOR_WRONG',
      })
    }
    await factors.verify(person('s-3'), { code: code(1) })
  })

  test('the first code, which confirmed the authenticator, does not sign in as well', async () => {
    const { secret } = await factors.enrol(person('s-1'), { password: PASSWORD })
    const right = app(secret)()
    await factors.confirm(person('s-1'), right)
    await expect(factors.verify(person('s-2'), { code: right })).rejects.toMatchObject({ code: 'SECOND_FACTOR_WRONG' })
  })

  test('of several requests with one code at once exactly one is let in', async () => {
    const { code } = await enrolled()
    const right = code()
    const sessions = ['s-2', 's-3', 's-4', 's-5']
    const outcomes = await Promise.allSettled(sessions.map((id) => factors.verify(person(id), { code: right })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const standing = await Promise.all(sessions.map((id) => factors.status(person(id))))
    expect(standing.filter(({ shown }) => shown !== undefined)).toHaveLength(1)
  })

  test('the fifth wrong code ends the session, and no code counts for a quarter of an hour', async () => {
    const { code } = await enrolled()
    for (const _ of [1, 2, 3, 4]) {
      await expect(factors.verify(person('s-2'), { code: wrongCode(code()) })).rejects.toMatchObject({
        code: 'SECOND_FACTOR_WRONG',
      })
    }
    expect(lab.revoked).toEqual([])
    await expect(factors.verify(person('s-2'), { code: wrongCode(code()) })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_LOCKED',
      status: 429,
    })
    expect(lab.revoked).toEqual(['s-2'])
    // Signing in again does not begin the count again.
    await expect(factors.verify(person('s-3'), { code: code() })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_LOCKED',
    })
    expect(lab.revoked).toEqual(['s-2', 's-3'])
    await clock.advance(15 * 60_000)
    await factors.verify(person('s-4'), { code: code() })
  })

  test('a hundred guesses at once are five', async () => {
    const { code } = await enrolled()
    const guesses = Array.from({ length: 100 }, (_, at) =>
      factors.verify(person(`s-${at + 10}`), { code: `00${1_000 + at}` }),
    )
    const outcomes = await Promise.allSettled(guesses)
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []))
    expect(codes.filter((one) => one === 'SECOND_FACTOR_WRONG')).toHaveLength(4)
    expect(codes.filter((one) => one === 'SECOND_FACTOR_LOCKED')).toHaveLength(96)
    await expect(factors.verify(person('s-2'), { code: code() })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_LOCKED',
    })
  })

  test('tries of one person do not count for another', async () => {
    const { code } = await enrolled()
    for (const _ of [1, 2, 3, 4, 5, 6])
      await expect(factors.verify(person('s-9', 'eve'), { code: '000000' })).rejects.toThrow()
    await factors.verify(person('s-2'), { code: code() })
  })

  test('a right code begins the count anew', async () => {
    const { code } = await enrolled()
    for (const _ of [1, 2, 3]) {
      for (const __ of [1, 2, 3, 4])
        await expect(factors.verify(person('s-2'), { code: wrongCode(code()) })).rejects.toMatchObject({
          code: 'SECOND_FACTOR_WRONG',
        })
      await factors.verify(person('s-2'), { code: code() })
      await clock.advance(30_000)
    }
  })

  test('each backup code counts once, however it is written, also when many use it at once', async () => {
    const { backupCodes } = await enrolled()
    const [first = '', second = ''] = backupCodes
    // 24 letters of 5 bits: more than the 112 that may be kept under a fast hash.
    expect(first).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){5}$/)
    const outcomes = await Promise.allSettled(
      [first, first, first, first].map((backupCode, at) => factors.verify(person(`s-${at + 2}`), { backupCode })),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await factors.verify(person('s-8'), { backupCode: second.toLowerCase().replaceAll('-', ' ') })
    expect(await factors.status(person('s-8'))).toMatchObject({ backupCodesLeft: 8, shown: 'backup-code' })
  })

  test("a backup code of one person is nothing in another's hands", async () => {
    const { backupCodes } = await enrolled()
    const [backupCode = ''] = backupCodes
    await expect(factors.verify(person('s-9', 'eve'), { backupCode })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_WRONG',
    })
  })

  test('wrong codes of the app do not lock out who has a backup code', async () => {
    const { code, backupCodes } = await enrolled()
    for (const _ of [1, 2, 3, 4, 5])
      await expect(factors.verify(person('s-2'), { code: wrongCode(code()) })).rejects.toThrow()
    await factors.verify(person('s-3'), { backupCode: backupCodes[0] })
  })

  test('new backup codes end the old ones, and ask for a second factor', async () => {
    const { code, backupCodes } = await enrolled()
    await expect(factors.renewBackupCodes(person('s-1'), {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
    const renewed = await factors.renewBackupCodes(person('s-1'), { code: code() })
    expect(renewed).toHaveLength(10)
    await expect(factors.verify(person('s-2'), { backupCode: backupCodes[0] })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_WRONG',
    })
    await factors.verify(person('s-2'), { backupCode: renewed[0] })
  })

  test('disabling asks for a second factor, and takes it away from all sessions', async () => {
    const { code } = await enrolled()
    await expect(factors.disable(person('s-1'), {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
    await expect(factors.disable(person('s-1'), { code: wrongCode(code()) })).rejects.toMatchObject({
      code: 'SECOND_FACTOR_WRONG',
    })
    await factors.disable(person('s-1'), { code: code() })
    expect(await factors.status(person('s-1'))).toMatchObject({ totp: 'none', backupCodesLeft: 0 })
  })

  test('neither secrets nor backup codes can be read from the tables', async () => {
    const { secret, backupCodes } = await enrolled()
    const tables = JSON.stringify(await rowsOf(database))
    const raw = Buffer.from(secret).toString('base64url')
    for (const text of [secret, raw, ...backupCodes, ...backupCodes.map((code) => code.replaceAll('-', ''))])
      expect(tables).not.toContain(text)
  })

  describe('the gate', () => {
    test('lets in who has none, asks who has one, and remembers who showed it', async () => {
      const gate = createFactorGate(database, clock)
      expect(await gate(person('s-1'))).toBe('open')
      const { code } = await enrolled()
      await clock.advance(1_000)
      expect(await gate(person('s-1'))).toBe('open')
      expect(await gate(person('s-2'))).toBe('verify')
      await factors.verify(person('s-2'), { code: code() })
      expect(await gate(person('s-2'))).toBe('open')
      expect(await gate(person('s-2', 'eve'))).toBe('open')
    })

    test('asks everybody of an organisation that wants it, and nobody of another', async () => {
      const gate = createFactorGate(database, clock)
      await saveRequired(database, 'main', true, clock.now())
      expect(await gate(person('s-1'))).toBe('enrol')
      expect(await gate({ ...person('s-1'), org: 'other' })).toBe('open')
      await enrolled()
      expect(await gate(person('s-1'))).toBe('open')
      expect(await gate(person('s-2'))).toBe('verify')
      await saveRequired(database, 'main', false, clock.now())
      expect(await gate(person('s-3', 'bob'))).toBe('open')
    })

    test('is shut again within a second once an administrator has taken the factor away', async () => {
      const gate = createFactorGate(database, clock)
      await saveRequired(database, 'main', true, clock.now())
      await enrolled()
      expect(await gate(person('s-1'))).toBe('open')
      await factors.reset('ada')
      await clock.advance(1_000)
      expect(await gate(person('s-1'))).toBe('enrol')
    })

    test('a second factor of one person does not open the session of another', async () => {
      const gate = createFactorGate(database, clock)
      await saveRequired(database, 'main', true, clock.now())
      await enrolled()
      expect(await gate(person('s-1', 'eve'))).toBe('enrol')
    })
  })
})
