import { createRootRoute, createRoute, createRouter, useLoaderData } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { Loading } from '../kit/states.tsx'
import type { ShownApp } from './console-app.ts'
import { Failure } from './failure.tsx'
import { Guarded } from './guarded.tsx'
import { Missing } from './missing.tsx'
import { operations } from './operations.ts'
import { Shell } from './shell.tsx'

/** The addresses of the console: its own pages and those of the apps. */
export function createConsoleRouter(apps: readonly ShownApp[]) {
  const pages = [...operations, ...apps.flatMap((app) => app.pages)]
  const root = createRootRoute({
    component: () => <Shell apps={apps} />,
    errorComponent: Failure,
    notFoundComponent: Missing,
  })
  const routes = pages.map((page) =>
    createRoute({
      getParentRoute: () => root,
      path: page.path,
      // Before the page is shown, not while it is: React holds back by 300 ms what follows a placeholder.
      loader: () => page.load(),
      staleTime: Number.POSITIVE_INFINITY,
      component: () => (
        <Guarded page={page}>
          <Loaded />
        </Guarded>
      ),
      errorComponent: Failure,
    }),
  )
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultPendingMinMs: 0,
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

function Loaded() {
  const { Page } = useLoaderData({ strict: false }) as { readonly Page: ComponentType }
  return <Page />
}
