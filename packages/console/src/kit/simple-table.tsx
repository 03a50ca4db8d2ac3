import type { ReactNode } from 'react'
import styles from './simple-table.module.css'

interface Head {
  readonly title: string
  /** Numbers stand at the end. */
  readonly end?: boolean
  /** Takes what is left of the width; what does not fit is cut. */
  readonly wide?: boolean
  /** Its text goes on in further lines instead. */
  readonly wraps?: boolean
  /** Left out on a phone. */
  readonly desk?: boolean
}

/** A short table without paging: every row is there. */
export function SimpleTable({
  label,
  heads,
  rows,
}: {
  readonly label: string
  readonly heads: readonly Head[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head.title} scope="col" {...marksOf(head)}>
                {head.title}
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
                  <td key={head?.title} {...marksOf(head)}>
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

function marksOf(head: Head | undefined) {
  return {
    className: head?.end === true ? 'end' : undefined,
    'data-wide': head?.wide || undefined,
    'data-wraps': head?.wraps || undefined,
    'data-desk': head?.desk || undefined,
  }
}
