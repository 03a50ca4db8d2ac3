import type { ReactNode } from 'react'
import type { PagesQuery } from '../use-api.ts'
import { type Column, DataTable, type Selection } from './data-table.tsx'
import { Failed, Loading, Stale } from './states.tsx'

/** What has been read of a list, and how to read on. */
export interface Read<Row> {
  readonly rows: readonly Row[]
  readonly more: { readonly has: boolean; readonly loading: boolean; readonly load: () => void }
}

/** The pages of a list, with its states; what is empty is the caller's. */
export function Pages<Answer, Row>({
  query,
  rowsOf,
  loading = 6,
  empty,
  children,
}: {
  readonly query: PagesQuery<Answer>
  readonly rowsOf: (answer: Answer) => readonly Row[]
  /** As many lines stand for those that are on their way. */
  readonly loading?: number
  readonly empty: ReactNode
  readonly children: (read: Read<Row>) => ReactNode
}) {
  const rows = query.data?.pages.flatMap(rowsOf)
  const isRefused = query.error?.status === 403 || query.error?.status === 404
  if (query.error !== null && (rows === undefined || isRefused))
    return <Failed error={query.error} onRetry={() => void query.refetch()} />
  if (rows === undefined) return <Loading rows={loading} />
  const more = { has: query.hasNextPage, loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() }
  return (
    <>
      {query.error !== null && <Stale since={query.dataUpdatedAt} error={query.error} />}
      {rows.length === 0 ? empty : children({ rows, more })}
    </>
  )
}

/** The pages of a list as one table. */
export function PagesTable<Answer, Row>({
  id,
  label,
  rowKey,
  columns,
  line,
  selection,
  tools,
  ...pages
}: {
  /** Under which its columns are remembered. */
  readonly id: string
  readonly label: string
  readonly query: PagesQuery<Answer>
  readonly rowsOf: (answer: Answer) => readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly columns: readonly Column<Row>[]
  readonly line?: (row: Row, isNarrow: boolean) => ReactNode
  readonly loading?: number
  readonly empty: ReactNode
  readonly selection?: Selection<Row>
  /** Left of the column chooser, by the rows that were read. */
  readonly tools?: (rows: readonly Row[]) => ReactNode
}) {
  return (
    <Pages {...pages}>
      {({ rows, more }) => (
        <DataTable
          id={id}
          label={label}
          rows={rows}
          rowKey={rowKey}
          columns={columns}
          more={more}
          line={line}
          {...(selection !== undefined && { selection })}
          {...(tools !== undefined && { tools: tools(rows) })}
        />
      )}
    </Pages>
  )
}
