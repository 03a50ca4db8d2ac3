import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Loading } from '../kit/states.tsx'
import type { ConsoleApp } from './console-app.ts'
import { Failure } from './failure.tsx'
import { Guarded } from './guarded.tsx'
import { Missing } from './missing.tsx'
import { operations } from './operations.ts'
import { Shell } from './shell.tsx'

/** The addresses of the console: its own pages and those of the apps. */
export function createConsoleRouter(apps: readonly ConsoleApp[]) {
  const pages = [...operations, ...apps.flatMap((app) => app.pages)]
  const root = createRootRoute({
    component: () => <Shell apps={apps} />,
    errorComponent: Failure,
    notFoundComponent: Missing,
  })
  const routes = pages.map((page) => {
    const Page = lazy(() => page.load().then((module) => ({ default: module.Page })))
    return createRoute({
      getParentRoute: () => root,
      path: page.path,
      component: () => (
        <Guarded page={page}>
          <Suspense fallback={<Loading />}>
            <Page />
          </Suspense>
        </Guarded>
      ),
      errorComponent: Failure,
    })
  })
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPreload: 'intent',
    scrollRestoration: true,
    // Plain text in the address, so that a person can read and write it.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
      const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()
      return text === '' ? '' : `?${text}`
    },
  })
}
