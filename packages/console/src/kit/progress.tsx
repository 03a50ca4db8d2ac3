import type { ReactNode } from 'react'
import styles from './progress.module.css'

/** How much of something is done, as a bar with words. */
export function Progress({
  label,
  value,
  max = 100,
  children,
}: {
  readonly label: string
  readonly value: number
  readonly max?: number
  readonly children: ReactNode
}) {
  return (
    <div className={styles.progress}>
      <progress max={Math.max(1, max)} value={value} aria-label={label} />
      <span>{children}</span>
    </div>
  )
}
