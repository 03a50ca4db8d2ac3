import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { frequentPasswords } from './frequent-passwords.ts'
import { createPasswords } from './password.ts'
import { readSecret } from './secret.ts'
import { turns } from './turns.ts'

const WEAK = { code: 'PASSWORD_WEAK' }

test('at most four hashes are made at a time, in the order they were asked for', async () => {
  const turn = turns(4)
  let running = 0
  let most = 0
  const ended: number[] = []
  const work = (name: number) => async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    ended.push(name)
  }
  await Promise.all(Array.from({ length: 40 }, (_, name) => turn(work(name))))
  expect(most).toBe(4)
  expect(ended).toEqual(ended.toSorted((a, b) => a - b))
  await expect(turn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turn(async () => 'still')).toBe('still')
})

test('the loop goes on while passwords are hashed', async () => {
  const passwords = createPasswords()
  let turnsOfLoop = 0
  const ticking = setInterval(() => (turnsOfLoop += 1), 1)
  await Promise.all(Array.from({ length: 8 }, () => passwords.hash('three wise geese')))
  clearInterval(ticking)
  expect(turnsOfLoop).toBeGreaterThan(5)
})

test('a hash verifies its own password only, and what is no hash verifies nothing', async () => {
  const passwords = createPasswords()
  const hash = await passwords.hash('three wise geese')
  expect(await passwords.verify(hash, 'three wise geese')).toBe(true)
  for (const [kept, typed] of [
    [hash, 'three wise geesE'],
    ['', ''],
    ['nonsense', 'three wise geese'],
    [`${hash.split(':')[0]}:`, 'three wise geese'],
  ] as const)
    expect(await passwords.verify(kept, typed)).toBe(false)
})

test('better-auth reads our hashes', async () => {
  const { verifyPassword } = await import('better-auth/crypto')
  const hash = await createPasswords().hash('three wise geese')
  expect(await verifyPassword({ hash, password: 'three wise geese' })).toBe(true)
})

test.each([
  'elevenchars',
  'passwordpassword',
  'Password2026!',
  'aaaaaaaaaaaaaaa',
  'qwertyuiop12',
  'azertyuiop123',
  'ada.lovelace1',
  'a'.repeat(129),
])('%s is refused', async (password) => {
  await expect(createPasswords().check(password, ['Ada Lovelace', 'ada.lovelace'])).rejects.toMatchObject(WEAK)
})

test('each of the 3,000 most common ones is refused, also with capitals and signs', async () => {
  const { check } = createPasswords()
  expect(new Set(frequentPasswords).size).toBe(3_000)
  for (const password of frequentPasswords)
    await expect(check(`${password.toUpperCase()}-!`)).rejects.toMatchObject(WEAK)
})

test.each(['three wise geese', 'Ada keeps 12 bees', 'ünïcödé wörds'])('%s is accepted', async (password) => {
  await createPasswords().check(password, ['Ada', 'ada'])
})

test('a password that is mostly the name of the organisation or of the server is refused', async () => {
  const { check } = createPasswords({ words: ['Atelier Nord', 'Atelier', 'Nord', 'regie-nord', 'fr'] })
  for (const password of ['Atelier-Nord-26', 'atelieratelier!', 'regie-nord-1234', 'Nord Nord Nord 9'])
    await expect(check(password)).rejects.toMatchObject(WEAK)
  await check('seven ateliers in the north')
})

test('the secret of the data folder is made once, by whoever is first, for this user only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regie-secret-'))
  const made = await Promise.all(Array.from({ length: 5 }, () => readSecret(folder, undefined)))
  expect(new Set(made).size).toBe(1)
  expect(Buffer.from(made[0] ?? '', 'base64')).toHaveLength(32)
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
  expect(await readSecret(folder, 'configured')).toBe('configured')
  await rm(folder, { recursive: true })
})
