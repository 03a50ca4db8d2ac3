import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, pack, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser } from './identity.testing.ts'
import type { IdentityTables } from './schema.ts'

const PASSWORD = 'three wise geese'

interface Made {
  readonly id: string
  readonly key: string
}

describe.each(STORES)('organisations that share an installation on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let ada: Browser

  const signedIn = async (name: string) => {
    const browser = openBrowser(address)
    expect((await browser.signIn(`${name}@example.com`, PASSWORD)).status).toBe(200)
    return browser
  }
  const member = (name: string, role: string) =>
    world.platform.identity.users.create(operatorOf('main'), {
      ...{ email: `${name}@example.com`, name, password: PASSWORD },
      roles: [role],
    })
  const found = async (body: object, browser = ada) => {
    const answer = await browser.call('POST', '/api/v1/organisations', body)
    return { ...answer, made: answer.json as Made }
  }
  /** The tables that still have a row of an organisation. */
  const tablesWith = async (org: string) => {
    const db = world.platform.database.kysely()
    const columnOf = (columns: readonly { readonly name: string }[]) =>
      columns.find(({ name }) => name === 'org_id' || name === 'org')?.name
    const found: string[] = []
    for (const { name, columns, isView } of await db.introspection.getTables()) {
      const column = columnOf(columns)
      if (isView || column === undefined) continue
      const { rows } = await sql`select 1 from ${sql.table(name)} where ${sql.ref(column)} = ${org} limit 1`.execute(db)
      if (rows.length > 0) found.push(name)
    }
    return found
  }
  const mailTo = async (email: string, about = '') => {
    const folder = join(world.folder, 'outbox')
    const mails = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
    const own = mails.find((mail) => mail.includes(`To: ${email}`) && mail.includes(about))
    return (own ?? '').replaceAll('=\r\n', '')
  }
  const accept = async (name: string) => {
    const token = /#([\w-]{20,})/.exec(await mailTo(`${name}@example.com`))?.[1] ?? ''
    const given = { token, name, password: PASSWORD }
    expect((await openBrowser(address).call('POST', '/api/v1/invitations/accept', given)).status).toBe(200)
  }
  const order = (browser: Browser, id: string) =>
    browser.call('POST', '/api/v1/shop/orders', { id, buyer: `buyer of ${id}` })
  const orders = async (browser: Browser) =>
    ((await browser.call('GET', '/api/v1/shop/orders')).json as { readonly orders: readonly Made[] }).orders.map(
      ({ id }) => id,
    )
  const addresses = async (browser: Browser) =>
    (
      (await browser.call('GET', '/api/v1/users')).json as { readonly items: readonly { readonly email: string }[] }
    ).items.map(({ email }) => email)

  beforeEach(async () => {
    world = await openTestPlatform({ store, env: { REGIE_ORG_LANGUAGE: 'en' } })
    address = (await world.platform.start()).address ?? ''
    await member('ada', 'owner')
    ada = await signedIn('ada')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('one is made, its people come in by invitation, and each sees its own data only', async () => {
    const { made, status } = await found({ name: 'Atelier Bernard' })
    expect(status).toBe(201)
    expect((await order(ada, 'at-home')).status).toBe(201)
    expect((await ada.call('PUT', '/api/v1/me/organisation', { id: made.id })).status).toBe(200)
    const came = await world.platform.audit.search({ org: made.id, action: 'auth.sign-in' })
    expect(came.entries).toMatchObject([{ actor: { name: 'ada' }, after: { by: 'organisation' } }])
    expect((await ada.call('GET', '/api/v1/me')).json).toMatchObject({
      organisation: { id: made.id, name: 'Atelier Bernard' },
      organisations: [{ id: 'main' }, { id: made.id, roles: ['owner'] }],
    })
    expect((await ada.call('GET', '/api/v1/console')).json).toMatchObject({
      org: { id: made.id, name: 'Atelier Bernard' },
      permissions: expect.not.arrayContaining(['runs.read']),
      withheld: expect.arrayContaining(['runs.read', 'backups.read']),
    })
    expect((await ada.call('GET', '/api/v1/runs')).json).toMatchObject({
      code: 'FORBIDDEN',
      detail: expect.stringContaining('only members of the organisation that runs it'),
    })
    expect(await orders(ada)).toEqual([])
    const invited = { email: 'bea@example.com', roles: ['admin'] }
    expect((await ada.call('POST', '/api/v1/invitations', invited)).status).toBe(201)
    expect(await mailTo('bea@example.com')).toContain('Atelier Bernard')
    await accept('bea')

    const bea = await signedIn('bea')
    expect((await bea.call('GET', '/api/v1/me')).json).toMatchObject({
      organisation: { id: made.id },
      organisations: [{ id: made.id }],
    })
    expect((await order(bea, 'at-work')).status).toBe(201)
    expect(await orders(bea)).toEqual(['at-work'])
    expect(await addresses(bea)).toEqual(['ada@example.com', 'bea@example.com'])
    expect((await bea.call('PUT', '/api/v1/me/organisation', { id: 'main' })).json).toMatchObject({
      ...{ status: 404, code: 'ORGANISATION_UNKNOWN' },
    })
    expect(JSON.stringify((await bea.call('GET', '/api/v1/audit')).json)).not.toContain('at-home')

    expect(await orders(ada)).toEqual(['at-work'])
    expect((await ada.call('PUT', '/api/v1/me/organisation', { id: 'main' })).status).toBe(200)
    expect(await orders(ada)).toEqual(['at-home'])
    expect((await ada.call('GET', '/api/v1/console')).json).toMatchObject({ org: { id: 'main' }, withheld: [] })
    expect(await addresses(ada)).toEqual(['ada@example.com'])
    expect(JSON.stringify((await ada.call('GET', '/api/v1/audit')).json)).not.toContain('at-work')
  })

  test('who is named as owner is invited, and whoever made it is no member', async () => {
    const { made } = await found({ name: 'Bernard', owner: 'Cleo@example.com' })
    await accept('cleo')
    const cleo = await signedIn('cleo')
    expect((await cleo.call('GET', '/api/v1/me')).json).toMatchObject({ organisations: [{ roles: ['owner'] }] })
    expect((await ada.call('PUT', '/api/v1/me/organisation', { id: made.id })).status).toBe(404)
    const { entries } = await world.platform.audit.search({ org: made.id, action: 'organisations.create' })
    expect(entries).toMatchObject([{ actor: { name: 'ada' }, object: { type: 'organisation', id: made.id } }])
    const home = await world.platform.audit.search({ org: 'main' })
    expect(JSON.stringify(home.entries)).not.toContain('leo@example.com')
  })

  test('only who may, in the home organisation, makes or sees them, and no key makes any', async () => {
    await member('max', 'member')
    const max = await signedIn('max')
    expect((await found({ name: 'Mine' }, max)).status).toBe(403)
    expect((await max.call('GET', '/api/v1/organisations')).status).toBe(403)
    const { made } = await found({ name: 'Guest' })
    await ada.call('PUT', '/api/v1/me/organisation', { id: made.id })
    expect((await ada.call('GET', '/api/v1/console')).json).toMatchObject({ org: { id: made.id, name: 'Guest' } })
    expect((await found({ name: 'From a guest' })).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const missing = await world.sendJson(address, '/api/v1/organisations', { name: 'Of a key' })
    // Whoever steals a key would own what outlives it.
    expect(missing.json).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      detail: expect.stringContaining('No API key'),
    })
    const page = await world.send(address, '/api/v1/organisations?limit=1')
    expect(page.json).toMatchObject({ items: [expect.anything()], next: expect.any(String) })
    const { next } = page.json as { next: string }
    const rest = await world.send(address, `/api/v1/organisations?limit=1&cursor=${next}`)
    const both = [page, rest].flatMap(({ json }) => (json as { items: { name: string }[] }).items)
    expect(both.map(({ name }) => name)).toEqual(expect.arrayContaining(['Guest']))
    expect(rest.json).not.toHaveProperty('next')
    expect((await world.send(address, '/api/v1/organisations?cursor=x')).json).toMatchObject({ code: 'CURSOR_INVALID' })
  })

  test('one is renamed by its people; deleted, it is closed at once, restored as it was, and once its time is over removed from every table but the audit log', async () => {
    const { platform } = world
    const { made } = await found({ name: 'Bernard' })
    await order(ada, 'at-home')
    await ada.call('PUT', '/api/v1/me/organisation', { id: made.id })
    await ada.call('POST', '/api/v1/invitations', { email: 'bea@example.com', roles: ['admin'] })
    await accept('bea')
    const bea = await signedIn('bea')
    await order(bea, 'at-work')
    const key = {
      headers: {
        authorization: `Bearer ${((await bea.call('POST', '/api/v1/me/keys', { name: 'mine', permissions: ['users.read'] })).json as Made).key}`,
      },
    }
    const { id: waiting } = await platform.engine.enqueue(pack, { orderId: 'later' }, { org: made.id, delay: '1d' })
    expect((await bea.call('GET', '/api/v1/me/organisation')).json).toMatchObject({
      contents: { members: 2, runs: 2, activeRuns: expect.any(Number), rows: [{ app: 'shop', count: 1 }] },
    })

    // Lives until the organisation is closed.
    const stream = await fetch(`${address}/api/v1/stream?topics=organisation`, key)
    const at = `/api/v1/organisations/${made.id}`
    const rename = (browser: Browser, path: string, name: string) => browser.call('PATCH', path, { name })
    expect((await rename(bea, '/api/v1/me/organisation', 'Bern')).json).toMatchObject({ id: made.id, name: 'Bern' })
    expect((await rename(bea, '/api/v1/me/organisation', ' ')).status).toBe(400)
    expect((await rename(bea, '/api/v1/organisations/main', 'Mine')).status).toBe(403)
    await ada.call('PUT', '/api/v1/me/organisation', { id: 'main' })
    expect((await rename(ada, at, 'Bernard')).status).toBe(200)
    for (const path of ['/api/v1/me/organisation', '/api/v1/organisations/main'])
      expect((await rename(ada, path, 'Mine')).json).toMatchObject({
        ...{ status: 409, code: 'ORGANISATION_HOME' },
        detail: expect.stringContaining('REGIE_ORG_NAME'),
      })
    for (const org of [made.id, 'main'])
      expect((await platform.audit.search({ org, action: 'organisations.rename' })).entries).toMatchObject([
        { actor: { name: 'ada' }, before: { name: 'Bern' }, after: { name: 'Bernard' } },
        { actor: { name: 'bea' }, before: { name: 'Bernard' }, after: { name: 'Bern' } },
      ])
    await ada.call('PUT', '/api/v1/me/organisation', { id: made.id })

    const close = (browser: Browser, name = 'Bernard', path = '/api/v1/me/organisation') =>
      browser.call('POST', `${path}/close`, { name })
    expect((await close(bea)).json).toMatchObject({ status: 403, detail: 'Only an owner deletes an organisation.' })
    expect((await close(ada, 'bernard')).json).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
    expect((await close(ada)).json).toMatchObject({ name: 'Bernard', purgeAt: expect.any(String) })
    expect((await ada.call('GET', '/api/v1/me')).json).toMatchObject({
      organisation: { id: 'main' },
      organisations: [{ id: 'main' }],
    })
    expect((await bea.call('GET', '/api/v1/me')).status).toBe(401)
    expect((await openBrowser(address).signIn('bea@example.com', PASSWORD)).status).toBe(401)
    expect((await world.send(address, '/api/v1/users', key)).status).toBe(401)
    expect(await stream.text()).toContain('"name":"Bern"')
    expect((await ada.call('PUT', '/api/v1/me/organisation', { id: made.id })).status).toBe(404)
    expect(await platform.identity.installation.ids()).toEqual(['main'])
    await expect.poll(async () => (await platform.engine.runs.get(waiting)).state).toBe('cancelled')
    await expect.poll(() => mailTo('bea@example.com', 'is closed')).toContain('Bernard was deleted')
    expect((await close(ada, 'My organisation')).json).toMatchObject({ status: 409, code: 'ORGANISATION_HOME' })

    expect((await close(ada, 'Bernard', at)).json).toMatchObject({ status: 409, code: 'ORGANISATION_STATE' })
    expect((await ada.call('POST', `${at}/restore`)).json).not.toHaveProperty('closedAt')
    expect((await ada.call('POST', `${at}/restore`)).json).toMatchObject({ status: 409, code: 'ORGANISATION_STATE' })
    expect(await orders(await signedIn('bea'))).toEqual(['at-work'])
    expect((await world.send(address, '/api/v1/users', key)).status).toBe(200)

    expect((await close(ada, 'Bernard', at)).status).toBe(200)
    const organisation = () => platform.database.kysely<IdentityTables>().updateTable('platform_organisation')
    expect(await world.runNow('privacy.purge')).toMatchObject({ result: { organisations: [] } })
    await organisation().set({ purge_at: 1 }).where('id', '=', made.id).execute()
    await expect.poll(() => platform.engine.runs.count({ org: made.id, state: ['running', 'queued'] })).toBe(0)
    expect(await world.runNow('privacy.purge')).toMatchObject({
      result: { organisations: [{ id: made.id, runs: 2, left: 0 }] },
    })
    expect(await tablesWith(made.id)).toEqual(['platform_audit'])
    expect((await openBrowser(address).signIn('bea@example.com', PASSWORD)).status).toBe(401)
    expect(await addresses(ada)).toEqual(['ada@example.com'])
    expect(await orders(ada)).toEqual(['at-home'])
    expect((await ada.call('POST', `${at}/restore`)).json).toMatchObject({ status: 404, code: 'ORGANISATION_UNKNOWN' })
    const { entries } = await platform.audit.search({ org: 'main', action: 'organisations.*' })
    expect(entries.map(({ action }) => action)).toEqual(
      ['purge', 'close', 'restore', 'close', 'rename', 'rename', 'create'].map((word) => `organisations.${word}`),
    )
    expect((await platform.audit.search({ org: made.id })).entries.length).toBeGreaterThan(3)
  })

  test('somebody makes, sees and revokes keys of their own, none of which may do more than they may', async () => {
    await member('max', 'member')
    const max = await signedIn('max')
    const make = (permissions: readonly string[], browser = max) =>
      browser.call('POST', '/api/v1/me/keys', { name: 'mine', permissions })
    expect((await make(['users.manage'])).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const { key, id } = (await make(['runs.read'])).json as Made
    const withKey = (method: string, path: string) =>
      world.send(address, path, { method, headers: { authorization: `Bearer ${key}` } })
    expect((await withKey('GET', '/api/v1/runs')).status).toBe(200)
    expect((await withKey('GET', '/api/v1/users')).status).toBe(403)
    expect((await withKey('GET', '/api/v1/me/keys')).status).toBe(403)
    const others = (await make(['runs.read'], ada)).json as Made
    expect((await max.call('GET', '/api/v1/me/keys')).json).toMatchObject({ items: [{ id, name: 'mine' }] })
    expect((await max.call('DELETE', `/api/v1/me/keys/${others.id}`)).json).toMatchObject({ code: 'KEY_UNKNOWN' })
    expect((await max.call('DELETE', `/api/v1/me/keys/${id}`)).status).toBe(204)
    expect((await withKey('GET', '/api/v1/runs')).status).toBe(401)
  })
})
