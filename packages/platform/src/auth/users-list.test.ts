import { describe, expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { operatorOf } from './acting.ts'

describe.each(STORES)('the list of users, on %s', (store) => {
  test('is read page by page and searched by name and address, where signs of patterns are letters', async () => {
    await using world = await openTestPlatform({ store })
    const { address = '' } = await world.platform.start()
    const people = [
      ['Bea Under', 'bea_1@example.com'],
      ['Cleo', 'cleo@example.com'],
      ['Ada', 'ada@other.example'],
      ['Élodie Maître', 'zoe@example.com'],
    ] as const
    for (const [name, email] of people)
      await world.platform.identity.users.create(operatorOf('main'), {
        name,
        email,
        password: 'three wise geese',
        roles: name === 'Ada' ? ['member', 'operator'] : ['member'],
      })
    const ask = async (query: string) => {
      const { json, status } = await world.send(address, `/api/v1/users?${query}`)
      expect(status).toBe(200)
      return json as { readonly items: readonly { readonly name: string }[]; readonly next?: string }
    }
    const names = async (query: string) => (await ask(query)).items.map(({ name }) => name)
    const first = await ask('limit=2')
    expect(first.items.map(({ name }) => name)).toEqual(['Ada', 'Bea Under'])
    expect(await names(`limit=2&cursor=${encodeURIComponent(first.next ?? '')}`)).toEqual(['Cleo', 'Élodie Maître'])
    expect(await names('q=UNDER')).toEqual(['Bea Under'])
    expect(await names('q=other.ex')).toEqual(['Ada'])
    expect(await names(`q=${encodeURIComponent('Élodie ma')}`)).toEqual(['Élodie Maître'])
    expect(await names(`q=${encodeURIComponent('MAîTRE')}`)).toEqual(['Élodie Maître'])
    expect(await names('role=operator')).toEqual(['Ada'])
    expect(await names('role=operato')).toEqual([])
    expect(await names('role=member&q=other.ex')).toEqual(['Ada'])
    expect(await names('q=_')).toEqual(['Bea Under'])
    expect(await names('q=%25')).toEqual([])
    expect(await names('q=%5C')).toEqual([])
  })
})
