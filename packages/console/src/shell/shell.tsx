import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useInFront } from '../theme/in-front.ts'
import type { ShownApp } from './console-app.ts'
import { Header } from './header.tsx'
import { Impersonation } from './impersonation.tsx'
import { Navigation } from './navigation.tsx'
import { NewBuild } from './new-build.tsx'
import { Offline } from './offline.tsx'
import { Palette } from './palette.tsx'
import styles from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import { useKeys } from './use-keys.ts'
import { shell } from './words.ts'

/** What surrounds every page: menu, header, palette, shortcuts. */
export function Shell({ apps }: { readonly apps: readonly ShownApp[] }) {
  const words = { ...useWords(common), ...useWords(shell) }
  const [dialog, setDialog] = useState<'palette' | 'shortcuts' | 'menu'>()
  const close = () => setDialog(undefined)
  const main = useRef<HTMLElement>(null)
  const phone = useMediaQuery('(max-width: 860px)') ?? false
  // Of the page that is shown: another may be on its way.
  const path = useRouterState({ select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname })
  const menu = useInFront(phone && dialog === 'menu')
  const isFirst = useRef(true)
  useKeptFocus()
  useKeys({ onPalette: () => setDialog('palette'), onShortcuts: () => setDialog('shortcuts') })
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each other page the focus goes to its title
  useEffect(() => {
    setDialog(undefined)
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    // The page's files may still be on their way, and a dialog gives the focus back first.
    let left = 20
    const timer = setInterval(() => {
      left -= 1
      const heading = main.current?.querySelector<HTMLElement>('h1')
      if (heading === null && left > 0) return
      clearInterval(timer)
      // What was asked for from elsewhere may have opened a dialog by now.
      if (document.querySelector('[aria-modal]') !== null) return
      const place = heading ?? main.current
      place?.focus()
    }, 100)
    return () => clearInterval(timer)
  }, [path])
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {words.skip}
      </a>
      {!phone && <Navigation apps={apps} />}
      <div className={styles.right}>
        <Header
          onMenu={phone ? () => setDialog('menu') : undefined}
          onPalette={() => setDialog('palette')}
          onShortcuts={() => setDialog('shortcuts')}
        />
        <Impersonation />
        <Offline />
        <NewBuild />
        <main id="content" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {phone && (
        <Drawer.Root {...menu} opened={dialog === 'menu'} onClose={close} size={260} padding={0}>
          <Drawer.Overlay />
          <Drawer.Content className={styles.drawer ?? ''} aria-label={words.menu}>
            <Navigation apps={apps} onGone={close} />
          </Drawer.Content>
        </Drawer.Root>
      )}
      <Palette apps={apps} opened={dialog === 'palette'} onClose={close} onShortcuts={() => setDialog('shortcuts')} />
      <Shortcuts opened={dialog === 'shortcuts'} onClose={close} />
    </div>
  )
}
