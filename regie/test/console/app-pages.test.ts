import { expect, test } from 'vitest'
import { apps } from '../apps.ts'

interface Brought {
  readonly id: string
  readonly pages: readonly { readonly id?: string; readonly path: string; readonly permission?: string }[]
}

test.each(apps)('every entry of the menu of $id has a page of that id, address and permission', async (app) => {
  // Not known to the compiler here: what it loads, when it is opened, is for browsers.
  const file = new URL(`../../../apps/${app.id}/console/index.ts`, import.meta.url).href
  const exported: Readonly<Record<string, Brought>> = await import(file)
  const [brought] = Object.values(exported)
  expect(brought?.id).toBe(app.id)
  const named = brought?.pages.filter(({ id }) => id !== undefined)
  expect(named?.map(({ id, path, permission }) => ({ id, path, permission }))).toEqual(
    app.pages.map(({ id, path, permission }) => ({
      id,
      path: path === '/' ? `/${app.id}` : `/${app.id}${path}`,
      permission: `${app.id}.${permission}`,
    })),
  )
})
