import { useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useId } from 'react'
import { remember } from '../shell/recent.ts'
import { AboutPage } from './actions.ts'
import { Go } from './go.tsx'
import { Icon } from './icon.tsx'
import styles from './page.module.css'

/** A page: its title, what can be done with the whole of it, and the content. */
export function Page({
  title,
  up,
  data = false,
  badge,
  about,
  actions,
  children,
}: {
  readonly title: string
  /** The list this belongs to. */
  readonly up?: { readonly to: string; readonly title: string }
  /** The title comes from data: it is not translated. */
  readonly data?: boolean
  readonly badge?: ReactNode
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  // While another page is on its way its address stands already, over what is still this one.
  const path = useRouterState({
    select: ({ location, resolvedLocation }) =>
      location.pathname === resolvedLocation?.pathname ? location.pathname : undefined,
  })
  const list = data ? up?.to : undefined
  useEffect(() => {
    document.title = `${title} · Regie`
    // While it loads, and where there is no such thing, its id stands in place of its name.
    if (path !== undefined && list !== undefined && !ID.test(title))
      remember({ text: nameOf(title, path), to: path, up: list })
  }, [title, path, list])
  return (
    <div className={styles.page}>
      <header className={styles.head} data-up={up !== undefined || undefined}>
        <div className={styles.titles}>
          {up !== undefined && (
            <Go to={up.to} className={styles.up}>
              <Icon name="left" size={12} /> {up.title}
            </Go>
          )}
          <div className={styles.title}>
            <h1 translate={data ? 'no' : undefined} tabIndex={-1}>
              {title}
            </h1>
            {badge}
          </div>
          {about !== undefined && about !== false && <div className={styles.about}>{about}</div>}
        </div>
        {actions !== undefined && (
          <div className={styles.actions}>
            <AboutPage value={true}>{actions}</AboutPage>
          </div>
        )}
      </header>
      {children}
    </div>
  )
}

const ID = /^(?:\d+|[\da-f]{16}|[\da-f]{8}-[\da-f-]{27})$/

/** Of the many runs of a job the one with this number. */
function nameOf(title: string, path: string): string {
  const number = /\/(\d+)$/.exec(path)?.[1]
  return number === undefined ? title : `${title} #${number}`
}

/** A part of a page, with its own heading. */
export function Section({
  title,
  data = false,
  aside,
  flush = false,
  children,
}: {
  readonly title?: string
  /** The title comes from data: it is not translated. */
  readonly data?: boolean
  readonly aside?: ReactNode
  /** Tables reach the edges. */
  readonly flush?: boolean
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section
      className={styles.section}
      data-flush={flush || undefined}
      aria-labelledby={title === undefined ? undefined : id}
    >
      {title !== undefined && (
        <header>
          <h2 id={id} translate={data ? 'no' : undefined}>
            {title}
          </h2>
          {aside}
        </header>
      )}
      <div className={styles.body}>{children}</div>
    </section>
  )
}

/** Names and what they stand for, in columns as there is room. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>
}

/** One of them. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
