import type { ReactNode } from 'react'
import styles from './simple-table.module.css'

/** A short table without paging: every row is there. */
export function SimpleTable({
  label,
  heads,
  rows,
}: {
  readonly label: string
  readonly heads: readonly { readonly title: string; readonly end?: boolean; readonly wide?: boolean }[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {heads.map(({ title, end, wide }) => (
              <th key={title} scope="col" className={end === true ? 'end' : undefined} data-wide={wide || undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => {
                const head = heads[index]
                return (
                  <td
                    key={head?.title}
                    className={head?.end === true ? 'end' : undefined}
                    data-wide={head?.wide || undefined}
                  >
                    {cell}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
