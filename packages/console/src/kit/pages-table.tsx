import type { ReactNode } from 'react'
import type { PagesQuery } from '../use-api.ts'
import { type Column, DataTable } from './data-table.tsx'
import { Failed, Loading, Stale } from './states.tsx'

/** The pages of a list as one table, with its states; what is empty is the caller's. */
export function PagesTable<Answer, Row>({
  id,
  label,
  query,
  rowsOf,
  rowKey,
  columns,
  empty,
}: {
  /** Under which its columns are remembered. */
  readonly id: string
  readonly label: string
  readonly query: PagesQuery<Answer>
  readonly rowsOf: (answer: Answer) => readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly columns: readonly Column<Row>[]
  readonly empty: ReactNode
}) {
  const rows = query.data?.pages.flatMap(rowsOf)
  const isRefused = query.error?.status === 403 || query.error?.status === 404
  if (query.error !== null && (rows === undefined || isRefused))
    return <Failed error={query.error} onRetry={() => void query.refetch()} />
  if (rows === undefined) return <Loading />
  return (
    <>
      {query.error !== null && <Stale since={query.dataUpdatedAt} error={query.error} />}
      {rows.length === 0 ? (
        empty
      ) : (
        <DataTable
          id={id}
          label={label}
          rows={rows}
          rowKey={rowKey}
          columns={columns}
          more={{ has: query.hasNextPage, loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() }}
        />
      )}
    </>
  )
}
