import { describe, expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { people, person } from '../realtime/realtime.testing.ts'

const identity = people({
  ada: person('ada', ['runs.read', 'views.share']),
  bob: person('bob', ['runs.read']),
  eve: person('eve', ['views.share'], 'other'),
})

describe.each(STORES)('saved views on %s', (store) => {
  test('are of one person until they are shared, by who may, within the organisation', async () => {
    await using opened = await openTestPlatform({ store, identity })
    const { address = '' } = await opened.platform.start()
    // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
    const ask = async (who: string, method: string, path: string, body?: object): Promise<any> => {
      const response = await fetch(`${address}/api/v1/views${path}`, {
        method,
        headers: { authorization: `Bearer ${who}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, ...(response.status === 204 ? {} : ((await response.json()) as object)) }
    }
    const names = async (who: string) =>
      (await ask(who, 'GET', '?list=runs')).views.map(({ name }: { readonly name: string }) => name)
    const view = { list: 'runs', name: 'Failed mail', filter: 'queue:mail state:failed' }
    const { id } = await ask('ada', 'POST', '', view)
    expect(await ask('ada', 'POST', '', view)).toMatchObject({ status: 409, code: 'VIEW_EXISTS' })
    expect(await ask('ada', 'POST', '', { ...view, name: 'x', filter: 'colour:red' })).toMatchObject({ status: 400 })
    expect(await names('bob')).toEqual([])
    expect(await ask('bob', 'PATCH', `/${id}`, { name: 'Mine' })).toMatchObject({ status: 404, code: 'VIEW_UNKNOWN' })
    expect(await ask('bob', 'POST', '', { ...view, shared: true })).toMatchObject({ status: 403 })
    expect(await ask('ada', 'PATCH', `/${id}`, { shared: true })).toMatchObject({ shared: true, own: true })
    expect(await names('bob')).toEqual(['Failed mail'])
    expect(await names('eve')).toEqual([])
    expect(await ask('bob', 'POST', `/${id}/default`, {})).toMatchObject({ isDefault: true, changeable: false })
    expect(await ask('bob', 'DELETE', `/${id}`)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await ask('ada', 'GET', '')).views).toMatchObject([{ isDefault: false }])
    expect(await ask('ada', 'POST', '', { ...view, name: 'Other' })).toMatchObject({ status: 201 })
    expect(await ask('ada', 'PATCH', `/${id}`, { name: 'Other' })).toMatchObject({ code: 'VIEW_EXISTS' })
    expect(await ask('ada', 'PATCH', `/${id}`, { name: 'Mail', shared: false })).toMatchObject({ name: 'Mail' })
    expect(await names('bob')).toEqual([])
    expect(await ask('ada', 'POST', `/${id}/default`, {})).toMatchObject({ isDefault: true })
    const { views } = await ask('ada', 'GET', '?list=runs')
    const other = views.find(({ name }: { readonly name: string }) => name === 'Other')
    expect(await ask('ada', 'POST', `/${other.id}/default`, { isDefault: false })).toMatchObject({ isDefault: false })
    // To begin no longer with one does not take away the other.
    const begins = views.map((each: { readonly id: string }) => ({ id: each.id, isDefault: each.id === id }))
    expect((await ask('ada', 'GET', '?list=runs')).views).toMatchObject(begins)
    const changed = await ask('ada', 'PATCH', `/${id}`, { shared: true })
    expect(changed).toMatchObject({ shared: true, isDefault: true })
    expect((await ask('ada', 'GET', '?list=runs')).views).toContainEqual({ ...changed, status: undefined })
    // What was kept to oneself meanwhile is nobody else's default any more.
    expect((await ask('bob', 'GET', '?list=runs')).views).toMatchObject([{ isDefault: false }])
    expect(await ask('ada', 'DELETE', `/${id}`)).toEqual({ status: 204 })
    expect(await names('ada')).toEqual(['Other'])
  })
})
