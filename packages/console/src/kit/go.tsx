import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** Values behind the `?` of an address. */
export type Search = Readonly<Record<string, string | undefined>>

/** A link within the console. */
export function Go({
  to,
  search,
  className,
  label,
  current = false,
  children,
}: {
  /** A whole path, with the ids in it. */
  readonly to: string
  readonly search?: Search
  readonly className?: string | undefined
  readonly label?: string
  /** It leads to the part of the console that is shown, as an entry of the menu. */
  readonly current?: boolean
  readonly children: ReactNode
}) {
  return (
    <Link
      to={to}
      search={search ?? {}}
      className={className}
      aria-label={label}
      preload="intent"
      // By itself it takes every page below its own for its own.
      activeOptions={{ exact: true }}
      {...(current && { 'aria-current': 'page' as const })}
    >
      {children}
    </Link>
  )
}
