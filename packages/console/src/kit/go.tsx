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
  children,
}: {
  /** A whole path, with the ids in it. */
  readonly to: string
  readonly search?: Search
  readonly className?: string | undefined
  readonly label?: string
  readonly children: ReactNode
}) {
  return (
    <Link to={to} search={search ?? {}} className={className} aria-label={label} preload="intent">
      {children}
    </Link>
  )
}
