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
      (await ask(who, 'GET', '?list=runs')).items.map(({ name }: { readonly name: string }) => name)
    const view = { list: 'runs', name: 'Failed mail', filter: 'queue:mail state:failed' }
    const { id } = await ask('ada', 'POST', '', { ...view, hiddenColumns: ['tags'] })
    expect(await ask('ada', 'POST', '', view)).toMatchObject({ status: 409, code: 'VIEW_EXISTS' })
    expect(await ask('ada', 'POST', '', { ...view, name: 'x', filter: 'colour:red' })).toMatchObject({ status: 400 })
    expect(await names('bob')).toEqual([])
    expect(await ask('bob', 'PATCH', `/${id}`, { name: 'Mine' })).toMatchObject({ status: 404, code: 'VIEW_UNKNOWN' })
    expect(await ask('bob', 'POST', '', { ...view, shared: true })).toMatchObject({ status: 403 })
    expect(await ask('ada', 'PATCH', `/${id}`, { shared: true })).toMatchObject({ shared: true, own: true })
    expect(await names('bob')).toEqual(['Failed mail'])
    expect((await ask('bob', 'GET', '')).items).toMatchObject([{ hiddenColumns: ['tags'] }])
    expect(await names('eve')).toEqual([])
    expect(await ask('bob', 'POST', `/${id}/default`, {})).toMatchObject({ isDefault: true, changeable: false })
    expect(await ask('bob', 'DELETE', `/${id}`)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await ask('ada', 'GET', '')).items).toMatchObject([{ isDefault: false }])
    expect(await ask('ada', 'POST', '', { ...view, name: 'Other' })).toMatchObject({ status: 201 })
    expect(await ask('ada', 'PATCH', `/${id}`, { name: 'Other' })).toMatchObject({ code: 'VIEW_EXISTS' })
    expect(await ask('ada', 'PATCH', `/${id}`, { name: 'Mail', shared: false })).toMatchObject({ name: 'Mail' })
    expect(await names('bob')).toEqual([])
    expect(await ask('ada', 'POST', `/${id}/default`, {})).toMatchObject({ isDefault: true })
    const { items: views } = await ask('ada', 'GET', '?list=runs')
    const other = views.find(({ name }: { readonly name: string }) => name === 'Other')
    expect(await ask('ada', 'POST', `/${other.id}/default`, { isDefault: false })).toMatchObject({ isDefault: false })
    // To begin no longer with one does not take away the other.
    const begins = views.map((each: { readonly id: string }) => ({ id: each.id, isDefault: each.id === id }))
    expect((await ask('ada', 'GET', '?list=runs')).items).toMatchObject(begins)
    const changed = await ask('ada', 'PATCH', `/${id}`, { shared: true })
    expect(changed).toMatchObject({ shared: true, isDefault: true })
    expect((await ask('ada', 'GET', '?list=runs')).items).toContainEqual({ ...changed, status: undefined })
    // What was kept to oneself meanwhile is nobody else's default any more.
    expect((await ask('bob', 'GET', '?list=runs')).items).toMatchObject([{ isDefault: false }])
    expect(await ask('ada', 'DELETE', `/${id}`)).toEqual({ status: 204 })
    expect(await names('ada')).toEqual(['Other'])
  })

  test('changes at the same moment are made one after the other: a name is taken once, and nobody has too many', async () => {
    await using opened = await openTestPlatform({ store, identity })
    const { address = '' } = await opened.platform.start()
    const ask = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${address}/api/v1/views${path}`, {
        method,
        headers: { authorization: 'Bearer ada', ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, ...(response.status === 204 ? {} : ((await response.json()) as object)) }
    }
    const save = async (name: string) =>
      (await ask('POST', '', { list: 'runs', name, filter: '' })) as { readonly status: number; readonly id: string }
    const count = async (answers: readonly Promise<{ readonly status: number }>[], status: number) =>
      (await Promise.all(answers)).filter((answer) => answer.status === status).length

    const ids = (await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(save))).map(({ id }) => id)
    const renamed = ids.map((id) => ask('PATCH', `/${id}`, { name: 'the same' }))
    expect(await count(renamed, 200)).toBe(1)
    expect(await count(renamed, 409)).toBe(5)
    const begun = ids.flatMap((id) => [ask('POST', `/${id}/default`, {}), ask('DELETE', `/${id}`)])
    expect((await Promise.all(begun)).map(({ status }) => status).filter((status) => status >= 500)).toEqual([])

    const { views } = opened.platform
    const owner = { org: 'main', id: 'ada', shares: true }
    for (let made = 0; made < 198; made += 33)
      await Promise.all(
        Array.from({ length: 33 }, (_, turn) =>
          views.save(owner, { list: 'audit', name: `view ${made + turn}`, filter: '', shared: false }),
        ),
      )
    expect(
      await count(
        Array.from({ length: 8 }, (_, turn) => save(`one more ${turn}`)),
        201,
      ),
    ).toBe(2)
  })
})
