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
  /** What can be done with a row: at the end, and without a heading where rows are cards. */
  readonly acts?: boolean
  /** Left out on a phone. */
  readonly desk?: boolean
}

// Shown as cards, browsers forget what a table is made of.
const ROLES = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const
// More do not fit beside each other on a phone.
const MOST_ON_PHONE = 3

/** A short table without paging: every row is there. On a phone the rows of a wide one are cards, with nothing off screen. */
export function SimpleTable({
  label,
  heads,
  rows,
}: {
  readonly label: string
  readonly heads: readonly Head[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}) {
  const isWide = heads.filter(({ desk }) => desk !== true).length > MOST_ON_PHONE
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={label}>
      <table className={styles.table} aria-label={label} data-cards={isWide || undefined} {...ROLES.table}>
        <thead {...ROLES.group}>
          <tr {...ROLES.row}>
            {heads.map((head) => (
              <th key={head.title} scope="col" {...ROLES.head} {...marksOf(head)}>
                {head.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...ROLES.group}>
          {rows.map(({ key, cells }) => (
            <tr key={key} {...ROLES.row}>
              {cells.map((cell, index) => {
                const head = heads[index]
                return (
                  <td key={head?.title} data-title={head?.title} {...ROLES.cell} {...marksOf(head)}>
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
    className: head?.end === true || head?.acts === true ? 'end' : undefined,
    'data-wide': head?.wide || undefined,
    'data-wraps': head?.wraps || undefined,
    'data-acts': head?.acts || undefined,
    'data-desk': head?.desk || undefined,
  }
}
