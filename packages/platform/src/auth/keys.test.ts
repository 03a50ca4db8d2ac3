import { expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { operatorOf } from './acting.ts'
import { openBrowser, post } from './identity.testing.ts'

const operator = operatorOf('main')
const ZOE = { email: 'zoe@example.com', name: 'Zoe', password: 'three wise geese', roles: ['owner'] }

test.each(STORES)(
  'a key with everything does what its maker may at the call, once they may do everything no more, on %s',
  async (store) => {
    await using world = await openTestPlatform({ store })
    const { address = '' } = await world.platform.start()
    const { book, users } = world.platform.identity
    await users.create(operator, { ...ZOE, email: 'ada@example.com', name: 'Ada' })
    const { id } = await users.create(operator, ZOE)
    const zoe = openBrowser(address)
    await zoe.signIn(ZOE.email, ZOE.password)
    const all = await post(zoe, '/me/keys', { name: 'all', permissions: ['*'] })
    const each = await post(zoe, '/me/keys', { name: 'each', permissions: [...book.permissions.keys()] })
    const by = ({ key }: { readonly key?: unknown }, path = '/api/v1/me') =>
      openBrowser(address).call('GET', path, undefined, { authorization: `Bearer ${String(key)}` })
    for (const roles of [...[...book.roles.keys()].filter((name) => name !== 'owner').map((name) => [name]), []]) {
      await users.setRoles(operator, id, roles)
      const { permissions } = (await zoe.call('GET', '/api/v1/me')).json as { readonly permissions: readonly string[] }
      expect(permissions).not.toContain('*')
      for (const key of [all, each]) expect((await by(key)).json).toMatchObject({ kind: 'key', permissions })
    }
    expect((await by(all, '/api/v1/users')).status).toBe(403)
  },
)
