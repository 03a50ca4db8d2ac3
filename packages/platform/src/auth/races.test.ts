// What two people do to the same thing in the same moment. Each pair is tried several times: which is first is not ours to say.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { type Acting, operatorOf } from './acting.ts'
import type { User } from './users.ts'

const PASSWORD = 'three wise geese'
const TIMES = [1, 2, 3, 4]
const operator = operatorOf('main')

/** What came of acts at once: how many were done, and with which codes the others were refused. */
async function atOnce(...acts: readonly Promise<unknown>[]) {
  const ended = await Promise.allSettled(acts)
  const refused = ended.flatMap((end) =>
    end.status === 'rejected' ? [(end.reason as { readonly code: string }).code] : [],
  )
  return { done: ended.length - refused.length, refused }
}

describe.each(STORES)('at the same moment, on %s', (store) => {
  let world: TestPlatform
  let ada: User
  let bob: User
  let cleo: User

  const as = ({ id, name }: User): Acting => ({ ...operator, actor: { kind: 'user', id, name } })
  const add = (name: string, role: string) =>
    identity().users.create(operator, { email: `${name}@example.com`, name, password: PASSWORD, roles: [role] })
  const identity = () => world.platform.identity
  const rolesOf = async (who: User) => (await identity().users.show('main', who.id)).roles
  const tokenOf = ({ link }: { readonly link: string }) => link.split('#')[1] ?? ''

  beforeAll(async () => {
    world = await openTestPlatform({ store })
    await world.platform.migrate()
    await identity().prepareOrganisation()
    ada = await add('ada', 'owner')
    bob = await add('bob', 'owner')
    cleo = await add('cleo', 'member')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  test('of two owners who make each other less, shut each other out or leave, one is left', async () => {
    const { users } = identity()
    const restore = async () => {
      for (const who of [ada, bob]) {
        await users.enable(operator, who.id)
        await users.setRoles(operator, who.id, ['owner'])
      }
    }
    for (const _ of TIMES) {
      const less = [users.setRoles(as(ada), bob.id, ['member']), users.setRoles(as(bob), ada.id, ['member'])]
      expect(await atOnce(...less)).toEqual({ done: 1, refused: ['OWNER_LAST'] })
      await restore()
      const out = [users.disable(as(ada), bob.id), users.disable(as(bob), ada.id)]
      expect(await atOnce(...out)).toEqual({ done: 1, refused: ['OWNER_LAST'] })
      await restore()
      const left = [users.setRoles(as(ada), ada.id, ['member']), users.disable(as(bob), bob.id)]
      expect(await atOnce(...left)).toEqual({ done: 1, refused: ['OWNER_LAST'] })
      await restore()
    }
  })

  test('who is removed stays removed, whatever roles they are given', async () => {
    const { users, invitations } = identity()
    for (const _ of TIMES) {
      const { done } = await atOnce(
        users.remove(operator, cleo.id),
        users.setRoles(operator, cleo.id, ['admin']),
        users.remove(operator, cleo.id),
      )
      expect(done).toBeLessThan(3)
      await expect(users.show('main', cleo.id)).rejects.toMatchObject({ code: 'USER_UNKNOWN' })
      const invited = await invitations.invite(operator, { email: cleo.email, roles: ['member'] })
      await invitations.accept({ token: tokenOf(invited), name: '', password: PASSWORD })
      expect(await rolesOf(cleo)).toEqual(['member'])
    }
  })

  test('nobody is given a role that is removed; one that is made anew under its name is given to nobody', async () => {
    const { users, roles, invitations } = identity()
    for (const _ of TIMES) {
      await roles.save(operator, 'night', ['runs.read'])
      await users.setRoles(operator, bob.id, ['night', 'owner'])
      const invited = await invitations.invite(operator, { email: 'dan@example.com', roles: ['night', 'member'] })
      await atOnce(
        roles.remove(operator, 'night'),
        users.setRoles(operator, cleo.id, ['member', 'night']),
        invitations.invite(operator, { email: 'eve@example.com', roles: ['member', 'night', 'operator'] }),
      )
      await roles.save(operator, 'night', ['users.manage'])
      expect(await rolesOf(cleo)).toEqual(['member'])
      expect(await rolesOf(bob)).toEqual(['owner'])
      const open = await invitations.list('main')
      expect(open.find(({ id }) => id === invited.id)?.roles).toEqual(['member'])
      expect(open.flatMap((each) => each.roles)).not.toContain('night')
      await roles.remove(operator, 'night')
    }
  })

  test('an address has one open invitation and one account, and a link counts once', async () => {
    const { invitations, users, installation } = identity()
    const email = 'fay@example.com'
    const invite = () => invitations.invite(operator, { email, roles: ['member'] })
    await atOnce(invite(), invite(), invite())
    const open = await invitations.list('main')
    expect(open.filter((each) => each.email === email)).toHaveLength(1)
    const token = tokenOf(await invite())
    const accept = (with_: string) => invitations.accept({ token: with_, name: 'Fay', password: PASSWORD })
    const other = await installation.create(operator, { name: 'Other', owner: email })
    const accepted = await atOnce(accept(token), accept(token), accept((other.link ?? '').split('#')[1] ?? ''))
    expect(accepted.done).toBe(1)
    expect(accepted.refused.every((code) => code === 'LINK_INVALID' || code === 'USER_EXISTS')).toBe(true)
    const made = await atOnce(add('gil', 'member'), add('gil', 'member'))
    expect(made).toEqual({ done: 1, refused: ['USER_EXISTS'] })
    expect((await users.list('main', { text: 'gil@' })).users).toHaveLength(1)
  })

  test('an older link takes nothing from who has become more, and ends with who sent it', async () => {
    const { invitations, users } = identity()
    const invited = await invitations.invite(operator, { email: 'hal@example.com', roles: ['member'] })
    // Another way in has made the address a member meanwhile.
    const hal = await add('hal', 'owner')
    await invitations.accept({ token: tokenOf(invited), name: '', password: PASSWORD })
    expect(await rolesOf(hal)).toEqual(['owner'])

    const byHal = { ...operator, actor: { kind: 'user', id: hal.id, name: 'Hal' } } as const
    const back = await invitations.invite(byHal, { email: 'hal-at-home@example.com', roles: ['owner'] })
    await users.remove(operator, hal.id)
    await expect(invitations.look(tokenOf(back))).rejects.toMatchObject({ code: 'LINK_INVALID' })
  })
})
