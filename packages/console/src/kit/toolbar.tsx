import type { ReactNode } from 'react'
import styles from './toolbar.module.css'

/** A filter and what belongs to it, in a line as long as there is room. */
export function Toolbar({ children }: { readonly children: ReactNode }) {
  return <div className={styles.toolbar}>{children}</div>
}
