import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORES } from '../app/platform.testing.ts'
import { createAuthenticator, type TestAuthenticator } from './authenticator.testing.ts'
import { createFactorGate } from './gate.ts'
import { type FactorLab, openLab, PASSWORD, person } from './lab.testing.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { saveRequired } from './store/sessions.ts'

describe.each(STORES)('passkeys over %s', (store) => {
  const site = { name: 'Atelier', origin: 'https://regie.example.com' }
  const proof = { password: PASSWORD }
  let lab: FactorLab
  let passkeys: Passkeys
  let device: TestAuthenticator

  beforeEach(async () => {
    lab = await openLab(store)
    passkeys = createPasskeys({ ...lab, secret: 's'.repeat(32), makes: () => {} })
    device = createAuthenticator(site.origin)
  })
  afterEach(() => lab[Symbol.asyncDispose]())

  const register = async (who = person('s-1'), with_ = device) => {
    const options = await passkeys.beginRegistration(who, site, proof)
    return passkeys.register(who, site, { name: 'Laptop', response: with_.create(options) })
  }
  const refused = { code: 'PASSKEY_REFUSED', status: 403 }

  test('one is registered, listed, used, and removed', async () => {
    const { id } = await register()
    expect(await passkeys.list(person('s-1'))).toEqual([{ id, name: 'Laptop', createdAt: lab.clock.now() }])
    const options = await passkeys.beginUse(site)
    expect(options).toMatchObject({ rpId: 'regie.example.com', userVerification: 'required' })
    expect(await passkeys.ownerOf(site, device.get(options))).toBe('ada')
    expect(await passkeys.list(person('s-1'))).toMatchObject([{ usedAt: lab.clock.now() }])
    await passkeys.remove(person('s-1'), id, proof)
    expect(await passkeys.list(person('s-1'))).toEqual([])
    await expect(passkeys.ownerOf(site, device.get(await passkeys.beginUse(site)))).rejects.toMatchObject(refused)
  })

  test('registering and removing ask for the password', async () => {
    await expect(passkeys.beginRegistration(person('s-1'), site, {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
    const { id } = await register()
    await expect(passkeys.remove(person('s-1'), id, {})).rejects.toMatchObject({ code: 'PROOF_NEEDED' })
  })

  test("nobody removes another person's", async () => {
    const { id } = await register()
    await expect(passkeys.remove(person('s-2', 'eve'), id, proof)).rejects.toMatchObject({ code: 'PASSKEY_UNKNOWN' })
  })

  test('an answer counts once, also when it is sent several times at once', async () => {
    await register()
    const answer = device.get(await passkeys.beginUse(site))
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => passkeys.ownerOf(site, answer)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(passkeys.ownerOf(site, answer)).rejects.toMatchObject(refused)
  })

  test.each([
    ['on another site', { origin: 'https://regie.example.com.evil.example' }],
    ['without user verification', { userVerified: false }],
    ['with a counter that went back, as a copy has it', { counter: 1 }],
  ])('an answer %s is refused', async (_, bent) => {
    await register()
    await passkeys.ownerOf(site, device.get(await passkeys.beginUse(site)))
    await expect(passkeys.ownerOf(site, device.get(await passkeys.beginUse(site), bent))).rejects.toMatchObject(refused)
  })

  test('an answer after five minutes is refused', async () => {
    await register()
    const options = await passkeys.beginUse(site)
    await lab.clock.advance(5 * 60_000)
    await expect(passkeys.ownerOf(site, device.get(options))).rejects.toMatchObject(refused)
  })

  test('a challenge for another purpose, of another person, of another server or of nobody is refused', async () => {
    await register()
    const registering = await passkeys.beginRegistration(person('s-1'), site, proof)
    const elsewhere = await createPasskeys({ ...lab, secret: 'x'.repeat(32), makes: () => {} }).beginUse(site)
    const { rpId } = await passkeys.beginUse(site)
    for (const challenge of [registering.challenge, elsewhere.challenge, 'AAAA', '']) {
      await expect(
        passkeys.ownerOf(site, device.get({ challenge, ...(rpId !== undefined && { rpId }) })),
      ).rejects.toMatchObject(refused)
    }
    const response = createAuthenticator(site.origin).create(registering)
    await expect(passkeys.register(person('s-2', 'eve'), site, { name: 'Mine', response })).rejects.toMatchObject(
      refused,
    )
  })

  test('one that is registered on another site, without user verification, or twice is refused', async () => {
    const begin = () => passkeys.beginRegistration(person('s-1'), site, proof)
    for (const bent of [{ origin: 'https://evil.example' }, { userVerified: false }]) {
      const response = device.create(await begin(), bent)
      await expect(passkeys.register(person('s-1'), site, { name: 'Laptop', response })).rejects.toMatchObject(refused)
    }
    await register()
    const response = device.create(await begin())
    await expect(passkeys.register(person('s-1'), site, { name: 'Laptop', response })).rejects.toMatchObject(refused)
    await expect(register(person('s-2', 'eve'))).rejects.toMatchObject(refused)
  })

  test("another authenticator's signature is refused", async () => {
    await register()
    const options = await passkeys.beginUse(site)
    const forged = { ...createAuthenticator(site.origin).get(options), id: device.get(options).id }
    await expect(passkeys.ownerOf(site, { ...forged, rawId: forged.id })).rejects.toMatchObject(refused)
  })

  test('where a second factor is wanted, who has a passkey shows it, and a password does not set up another', async () => {
    const gate = createFactorGate(lab.database, lab.clock)
    await saveRequired(lab.database, 'main', true, lab.clock.now())
    await register()
    expect(await gate(person('s-2'))).toBe('verify')
    await passkeys.show('s-2', 'ada')
    expect(await gate(person('s-2'))).toBe('open')
  })
})
