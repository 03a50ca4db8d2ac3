import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, migrate, openDatabase, silentLogger, systemClock } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownDatabase } from '../app/own-database.testing.ts'
import { STORES } from '../app/platform.testing.ts'
import { newId } from '../id.ts'
import { platformMigrations } from '../migrations/index.ts'
import { type Auth, createAuth } from './better-auth/create.ts'
import { createCookies } from './cookie.ts'
import { createPasswords } from './password.ts'
import { createThrottle } from './throttle.ts'

describe.each(STORES)('better-auth over %s', (store) => {
  let database: Database
  let auth: Auth
  let remove: () => Promise<unknown>
  const links: string[] = []

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regie-auth-'))
    const own = store === 'PostgreSQL' ? await ownDatabase() : undefined
    database = await openDatabase(
      own === undefined ? { kind: 'sqlite', path: join(folder, 'regie.db') } : { kind: 'postgres', url: own.url },
    )
    remove = async () => {
      await database[Symbol.asyncDispose]()
      await own?.remove()
      await rm(folder, { recursive: true })
    }
    await migrate(database, [platformMigrations])
    links.length = 0
    auth = await createAuth({
      database,
      clock: systemClock,
      newId: () => newId(Date.now()),
      log: silentLogger,
      secret: 's'.repeat(32),
      passwords: createPasswords(),
      throttle: createThrottle(database, systemClock),
      cookies: createCookies({ secret: 's'.repeat(32), secure: false }),
      sendPasswordLink: async (_user, token) => void links.push(token),
      organisationOf: async () => 'main',
      signedIn: () => {},
      guessed: async () => {},
    })
    const { internalAdapter, password } = await auth.$context
    const user = await internalAdapter.createUser(
      { email: 'ada@example.com', name: 'Ada', emailVerified: true },
      { method: 'email-password' },
    )
    await internalAdapter.createAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: await password.hash('correct staple'),
    })
  })
  afterEach(() => remove())

  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    auth.handler(
      new Request(`http://localhost:7070/api/v1/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    )
  const signIn = (password: string) => post('/sign-in/email', { email: 'ada@example.com', password })
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? ''

  test('the right password opens a session, which sign-out ends', async () => {
    const answer = await signIn('correct staple')
    expect(answer.status).toBe(200)
    const cookie = cookieOf(answer)
    const session = () =>
      auth.handler(new Request('http://localhost:7070/api/v1/auth/get-session', { headers: { cookie } }))
    expect(await (await session()).json()).toMatchObject({ user: { email: 'ada@example.com', emailVerified: true } })
    await post('/sign-out', {}, { cookie, origin: 'http://localhost:7070' })
    expect(await (await session()).json()).toBeNull()
  })

  test('a wrong password does not', async () => {
    expect((await signIn('wrong staple ')).status).toBe(401)
  })

  test('a link by e-mail sets no password here: the door does, with all that belongs to it', async () => {
    await post('/request-password-reset', { email: 'ada@example.com' })
    const [token] = links
    expect(token).toBeDefined()
    for (const path of ['/reset-password', '/reset-password/', `/reset-password?token=${token}`])
      expect((await post(path, { token, newPassword: 'another staple' })).status).toBe(404)
    expect((await signIn('correct staple')).status).toBe(200)
  })

  test('nobody signs up', async () => {
    const answer = await post('/sign-up/email', { email: 'eve@example.com', password: 'correct staple', name: 'Eve' })
    expect(answer.status).toBe(400)
  })
})
