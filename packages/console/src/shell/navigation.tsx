import { useRouterState } from '@tanstack/react-router'
import { useEffect, useId, useRef } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { useMe } from '../session/me.ts'
import { useProfile } from '../session/profile.ts'
import { useAppTitle } from './app-title.ts'
import type { ConsolePage, ShownApp } from './console-app.ts'
import styles from './navigation.module.css'
import { operations } from './operations.ts'
import { OrganisationMenu } from './organisation-menu.tsx'
import { shell } from './words.ts'

/** The menu: operations, the apps, administration; only what this person may see. */
export function Navigation({ apps, onGone }: { readonly apps: readonly ShownApp[]; readonly onGone?: () => void }) {
  const words = useWords(shell)
  const id = useId()
  const { permissions, org, version } = useMe()
  const titleOf = useAppTitle()
  const hasSeveral = (useProfile()?.organisations.length ?? 0) > 1
  const may = (page: ConsolePage): boolean =>
    page.menu !== undefined && (page.permission === undefined || permissions.includes(page.permission))
  const own = operations.filter(may)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const entries = [...own, ...apps.flatMap(({ pages }) => pages.filter(may))]
  // Of entries one below the other, such as /quotes and /quotes/clients, the page belongs to the nearest.
  const here = entries
    .filter((page) => isWithin(path, page.path))
    .reduce<string | undefined>((best, page) => (page.path.length > (best?.length ?? 0) ? page.path : best), undefined)
  const groups = [
    { title: words.operations, pages: own.filter(({ menu }) => menu?.group === 'operations') },
    ...apps.map((app) => ({
      title: titleOf(app),
      isData: app.title === undefined,
      pages: app.pages.filter(may),
    })),
    { title: words.administration, pages: own.filter(({ menu }) => menu?.group === 'administration') },
  ].filter(({ pages }) => pages.length > 0)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a link followed by keyboard clicks too
    <nav className={styles.nav} aria-label={words.navigation} onClick={onGone}>
      <Go to="/" className={styles.brand}>
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="8" fill="#1f6f68" />
          <path
            d="M10 23V9h7a4.5 4.5 0 0 1 0 9h-7m6.5 0L22 23"
            fill="none"
            stroke="#fff"
            strokeWidth="3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <span translate="no">
          Regie
          {!hasSeveral && <small>{org.name}</small>}
        </span>
      </Go>
      {hasSeveral && <OrganisationMenu />}
      <div className={styles.groups} data-scrolls>
        {groups.map(({ title, pages, ...group }, index) => (
          <section key={title} aria-labelledby={`${id}-${index}`}>
            <h2 id={`${id}-${index}`} translate={'isData' in group && group.isData ? 'no' : undefined}>
              {title}
            </h2>
            <ul>
              {pages.map((page) => (
                <Entry key={page.path} page={page} isHere={page.path === here} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <p className={styles.foot} translate="no">
        Regie {version}
      </p>
    </nav>
  )
}

function isWithin(path: string, entry: string): boolean {
  return path === entry || (entry !== '/' && path.startsWith(`${entry}/`))
}

/** Not with `scrollIntoView`: Chromium would have the first press of Tab go on from there, past the link that skips the menu. */
function bringIntoSight(entry: HTMLElement | null): void {
  const list = entry?.closest('nav')?.querySelector('[data-scrolls]')
  if (entry === null || list == null) return
  const [inner, outer] = [entry.getBoundingClientRect(), list.getBoundingClientRect()]
  if (inner.bottom > outer.bottom || inner.top < outer.top) list.scrollTop += inner.top - outer.top - outer.height / 2
}

function Entry({ page, isHere }: { readonly page: ConsolePage; readonly isHere: boolean }) {
  const title = useWords(page.title)
  const place = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isHere) bringIntoSight(place.current)
  }, [isHere])
  return (
    <li ref={place} data-here={isHere || undefined}>
      <Go to={page.path} className={styles.entry} current={isHere}>
        {page.menu !== undefined && <Icon name={page.menu.icon} />}
        {title}
      </Go>
    </li>
  )
}
