import styles from './data-table.module.css'
import { Icon } from './icon.tsx'

/** That a list can be ordered by a column. An order is the name of what it goes by, with `-` before it for the other way round. */
export interface Sorting {
  readonly by: string
  /** How it is ordered at the first press. Default `asc`. */
  readonly first?: 'asc' | 'desc'
  /** The order that holds now. */
  readonly order: string
  readonly onOrder: (order: string) => void
}

/** The head of a column by which a list can be ordered; pressed again, it turns the order round. */
export function SortHead({ title, sorting }: { readonly title: string; readonly sorting: Sorting }) {
  const { by, first = 'asc', order, onOrder } = sorting
  const [one, other] = first === 'asc' ? [by, `-${by}`] : [`-${by}`, by]
  return (
    <button type="button" className={styles.sort} onClick={() => onOrder(order === one ? other : one)}>
      {title}
      {sortOf(sorting) !== undefined && <Icon name={order === by ? 'up' : 'down'} size={12} />}
    </button>
  )
}

/** For `aria-sort`. */
export function sortOf(sorting: Sorting | undefined): 'ascending' | 'descending' | undefined {
  if (sorting === undefined) return undefined
  if (sorting.order === sorting.by) return 'ascending'
  return sorting.order === `-${sorting.by}` ? 'descending' : undefined
}
