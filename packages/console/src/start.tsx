import '@mantine/core/styles.css'
import './theme/theme.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api.ts'
import { AppObjects, OfAppActions } from './audit/model.ts'
import { catalogue } from './i18n/catalogue.ts'
import { title } from './i18n/title.ts'
import { keepInstalled } from './installed.ts'
import { AppProblems } from './kit/problem.ts'
import { connection } from './live/connection.ts'
import { SessionGate } from './session/session-gate.tsx'
import { ShownApps } from './shell/app-title.ts'
import type { ConsoleApp } from './shell/console-app.ts'
import { usePreferences } from './shell/preferences.ts'
import { createConsoleRouter } from './shell/router.tsx'
import { theme } from './theme/theme.ts'

/** Shows the console in the page, with the pages of these apps. */
export function startConsole({ apps }: { readonly apps: readonly ConsoleApp[] }): void {
  const place = document.getElementById('console')
  if (place === null) throw new Error('index.html has no element "console"')
  const shown = apps.map(({ id, title: name, pages, finds = [] }) => ({
    id,
    ...(name !== undefined && { title: title(name.en, name.fr) }),
    pages: pages.map((page) => ({ ...page, title: title(page.title.en, page.title.fr) })),
    finds: finds.map((find) => ({ ...find, title: title(find.title.en, find.title.fr) })),
  }))
  const problems = catalogue(
    Object.assign({}, ...apps.map((app) => app.problems?.en)),
    Object.assign({}, ...apps.map((app) => app.problems?.fr)),
  )
  const actions = catalogue<Readonly<Record<string, string>>>(
    Object.assign({}, ...apps.map((app) => app.actions?.en)),
    Object.assign({}, ...apps.map((app) => app.actions?.fr)),
  )
  const objects = Object.assign({}, ...apps.map((app) => app.objects))
  const router = createConsoleRouter(shown)
  // The page's own code comes while the server is asked who this is.
  void router.load()
  const client = new QueryClient({
    defaultOptions: {
      queries: { retry: retryOnce, staleTime: 1_000, refetchOnWindowFocus: () => !connection().paused },
    },
  })
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Themed>
          <AppProblems value={problems}>
            <AppObjects value={objects}>
              <OfAppActions value={actions}>
                <ShownApps value={shown}>
                  <RouterProvider router={router} InnerWrap={({ children }) => <SessionGate>{children}</SessionGate>} />
                </ShownApps>
              </OfAppActions>
            </AppObjects>
          </AppProblems>
        </Themed>
      </QueryClientProvider>
    </StrictMode>,
  )
  keepInstalled()
}

function Themed({ children }: { readonly children: React.ReactNode }) {
  const { theme: wanted, density } = usePreferences()
  useEffect(() => {
    document.documentElement.dataset.density = density
  }, [density])
  return (
    <MantineProvider
      theme={theme}
      withCssVariables={false}
      withGlobalClasses={false}
      defaultColorScheme={wanted}
      key={wanted}
      colorSchemeManager={NO_MANAGER(wanted)}
    >
      {children}
    </MantineProvider>
  )
}

// The theme is one of the preferences; Mantine's own place for it is not used.
const NO_MANAGER = (wanted: 'light' | 'dark' | 'auto') => ({
  get: () => wanted,
  set: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
})

/** What the server refuses it will refuse again. */
function retryOnce(count: number, error: unknown): boolean {
  return count < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)
}
