import { readdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCli, STORES } from './cli.ts'
import { startServer } from './server.ts'

const PASSWORD = 'three wise geese'

describe.each(STORES)('users and keys at the command line, on %s', (store) => {
  it('invites, lists, grants, disables and enables users', async () => {
    await using cli = await openCli(store)
    await cli.run('migrate up')
    expect((await cli.run('users list')).out).toContain('There is no user yet')

    const invited = await cli.json('users invite ada@example.com --roles admin,owner')
    expect(invited.json).toMatchObject({ email: 'ada@example.com', roles: ['admin', 'owner'] })
    expect(await readdir(join(cli.dataDir, 'outbox'))).toHaveLength(1)
    const { identity, stop } = await cli.open()
    await identity.invitations.accept({ token: invited.json.link.split('#')[1], name: 'Ada', password: PASSWORD })
    await stop()

    expect((await cli.run('users list')).out).toMatch(/ada@example\.com +Ada +admin, owner .* enabled/)
    expect((await cli.run('users disable ada@example.com')).err).toContain('last owner')
    expect((await cli.run('users grant ada@example.com none')).err).toContain('There is no role none')
    expect((await cli.json('users grant ada@example.com owner')).json).toMatchObject({ roles: ['owner'] })
    expect((await cli.json('users show ada@example.com')).json).toMatchObject({ name: 'Ada', sessions: [] })
    expect((await cli.run('users show nobody@example.com')).exit).toBe(3)
    expect((await cli.run('users invite ada@example.com')).err).toContain('is a member already')

    const other = await cli.json('users invite bea@example.com')
    const again = await cli.open()
    await again.identity.invitations.accept({ token: other.json.link.split('#')[1], name: 'Bea', password: PASSWORD })
    await again.stop()
    expect((await cli.run('users disable bea@example.com')).out).toContain('users enable bea@example.com')
    expect((await cli.run('users enable bea@example.com')).out).toContain('may come in')
    const reset = await cli.run('users reset-password bea@example.com')
    expect(reset.out).toMatch(/http:\/\/localhost:0\/set-password#[\w-]{43}/)

    // Its own settings name another port than the one at which a server answers over the same data.
    const serving = await cli.open()
    const { address = '' } = await serving.start()
    const beside = await cli.run('users reset-password bea@example.com')
    expect(beside.out).toContain(`http://localhost:${new URL(address).port}/set-password#`)
    await serving.stop()
    const alone = await cli.run('users reset-password bea@example.com')
    expect(alone.out).toContain('http://localhost:0/set-password#')

    const { items: entries } = (await cli.json('audit search')).json
    const operator = { kind: 'operator', id: userInfo().username }
    expect(entries.map(({ action }: { readonly action: string }) => action).toReversed()).toEqual([
      ...['migrate.up', 'invitations.create', 'invitations.accept', 'users.grant'],
      ...['invitations.create', 'invitations.accept', 'users.disable', 'users.enable'],
      ...Array(3).fill('users.reset-password'),
    ])
    expect(entries[0]).toMatchObject({
      actor: operator,
      object: { type: 'user', id: expect.stringMatching(/^[\w-]{36}$/) },
    })
    expect(JSON.stringify(entries)).not.toContain('@example.com')
    expect(JSON.stringify(entries)).not.toContain(reset.out.split('#')[1]?.trim())
  }, 60_000)

  it('makes, lists and revokes keys, each shown once', async () => {
    await using cli = await openCli(store)
    await cli.run('migrate up')
    expect((await cli.run('keys list')).out).toBe('There is no API key.\n')
    expect((await cli.run('keys create reports')).err).toContain('--permissions')
    expect((await cli.run('keys create reports --permissions runs.raed')).err).toContain(
      'There is no permission runs.raed',
    )
    const never = await cli.run('keys create reports --permissions runs.read --expires 0d')
    expect(never).toMatchObject({ exit: 2, err: expect.stringContaining('--expires is "0d"') })
    const made = await cli.json('keys create reports --permissions runs.read,quotes.quote.read --expires 90d')
    expect(made.json.key).toMatch(/^rgk_[\w-]{43}$/)
    const listed = await cli.run('keys list')
    expect(listed.out).toContain('runs.read, quotes.quote.read')
    expect(listed.out).not.toContain(made.json.key)
    expect((await cli.run(`keys revoke ${made.json.id}`)).out).toContain('is revoked')
    expect((await cli.run(`keys revoke ${made.json.id}`)).err).toContain('There is no API key')
    const { items: entries } = (await cli.json('audit search --action keys.*')).json
    expect(entries).toMatchObject([
      { action: 'keys.revoke', actor: { kind: 'operator' }, object: { type: 'key', id: made.json.id } },
      { action: 'keys.create', actor: { kind: 'operator' }, object: { type: 'key', id: made.json.id } },
    ])
    expect(JSON.stringify(entries)).not.toContain(made.json.key)
  }, 60_000)
})

describe.each(STORES)('organisations at the command line, on %s', (store) => {
  it('are made with an owner, who comes in by the link, listed by page, renamed, deleted by their name and restored', async () => {
    await using cli = await openCli(store)
    await cli.run('migrate up')
    expect((await cli.json('organisations list')).json.items).toMatchObject([{ id: 'main' }])
    const lacking = await cli.run(['organisations', 'create', 'Atelier Bernard'])
    expect(lacking.exit).toBe(2)
    expect(lacking.err).toContain('needs --owner')
    const made = await cli.json(['organisations', 'create', 'Atelier Bernard', '--owner', 'ada@example.com'])
    expect(made.json).toMatchObject({
      name: 'Atelier Bernard',
      id: expect.stringMatching(/^[\w-]{36}$/),
      link: expect.stringMatching(/\/accept-invitation#[\w-]{43}$/),
    })
    const { identity, stop } = await cli.open()
    await identity.invitations.accept({ token: made.json.link.split('#')[1], name: 'Ada', password: PASSWORD })
    expect((await identity.users.list(made.json.id, { limit: 10 })).users).toMatchObject([
      { email: 'ada@example.com', roles: ['owner'] },
    ])
    expect((await identity.users.list('main', { limit: 10 })).users).toEqual([])
    await stop()

    const told = await cli.run(['organisations', 'create', 'Zinc', '--owner', 'bea@example.com'])
    expect(told.out).toMatch(
      /^Zinc is made \([\w-]{36}\)\. bea@example\.com comes in once, within seven days:\n {2}http/,
    )
    const whole = (await cli.json('organisations list')).json
    expect(whole.items).toHaveLength(3)
    expect(whole).not.toHaveProperty('next')
    const first = (await cli.json('organisations list --limit 2')).json
    const rest = (await cli.json(`organisations list --limit 2 --after ${first.next}`)).json
    expect([...first.items, ...rest.items]).toEqual(whole.items)
    const list = await cli.run('organisations list --limit 2')
    expect(list.out).toMatch(/ID +NAME +SINCE/)
    expect(list.out).toContain(`There are more: --after ${first.next}`)

    const { items: entries } = (await cli.json('audit search --action organisations.*')).json
    expect(entries).toMatchObject([
      { action: 'organisations.create', actor: { kind: 'operator' }, after: { name: 'Zinc' } },
      { action: 'organisations.create', actor: { kind: 'operator' }, after: { name: 'Atelier Bernard' } },
    ])
    expect(JSON.stringify(entries)).not.toContain('@example.com')

    const { id } = made.json
    const renamed = await cli.run(['organisations', 'rename', id, 'Bernard'])
    expect(renamed.out).toBe(`${id} is called Bernard.\n`)
    const looked = await cli.run(['organisations', 'delete', id])
    expect(looked).toMatchObject({
      exit: 4,
      out: expect.stringMatching(/^Bernard has 1 member, 0 runs .*--name "Bernard"\n$/s),
    })
    const deleted = await cli.json(['organisations', 'delete', id, '--name', 'Bernard'])
    expect(deleted.json).toMatchObject({ deleted: true, contents: { members: 1 }, purgeAt: expect.any(String) })
    expect((await cli.run(`organisations rename ${id} Late`)).err).toContain('restore it first')
    expect((await cli.run(['organisations', 'restore', id])).out).toBe('Bernard is open again.\n')
    expect((await cli.run('organisations delete nobody')).exit).toBe(3)
  }, 60_000)
})

it('the first start prints the link for the first administrator; once there is an owner, none', async () => {
  await using cli = await openCli('SQLite')
  // better-auth is laxer where NODE_ENV is `test`, as it is here.
  const server = await startServer([], { ...cli.env, NODE_ENV: 'production' })
  const link = /(http:\S+\/accept-invitation)#([\w-]{43})/.exec(server.output())
  expect(link?.[1]).toBe(`${server.address}/accept-invitation`)
  expect((await fetch(link?.[1] ?? '')).status).toBe(200)
  const post = (path: string, body: object, more: Readonly<Record<string, string>> = {}) =>
    fetch(`${server.address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more },
      body: JSON.stringify(body),
    })
  const ada = { email: 'ada@example.com', password: PASSWORD }
  const accepted = await post('/api/v1/invitations/accept', { token: link?.[2], name: 'Ada', ...ada })
  expect(accepted.status).toBe(200)
  expect((await post('/api/v1/auth/sign-in/email', ada)).status).toBe(200)
  expect((await post('/api/v1/auth/sign-in/email', ada, { origin: 'https://evil.example' })).status).toBe(403)
  await server[Symbol.asyncDispose]()
  await using again = await startServer([], cli.env)
  expect(again.output()).not.toContain('accept-invitation')
}, 60_000)
