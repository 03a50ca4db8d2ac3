import { getWorkflows, type Run } from '../api.gen.ts'
import { FilterBar } from '../filter/filter-bar.tsx'
import { SavedViews } from '../filter/saved-views.tsx'
import { useWords } from '../i18n/language.tsx'
import { DataTable } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { EmptyByFilter, Failed, Loading, Stale, State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useRunColumns } from '../runs/columns.tsx'
import { useApiPages } from '../use-api.ts'
import { workflowWords } from './words.ts'

const PAGE = 100

/** Runs of workflows, by filter. */
export function Page() {
  const words = useWords(workflowWords)
  const [job, ...others] = useRunColumns()
  const [filter, setFilter] = useSearchText('q')
  const query = useApiPages(
    getWorkflows,
    { filter: filter === '' ? undefined : filter, limit: PAGE },
    { live: 'workflows' },
  )
  const rows = query.data?.pages.flatMap(({ workflows }) => workflows)
  const link = (run: Run) => (
    <Go to={`/workflows/${run.id}`}>
      <span translate="no">{run.job}</span>
    </Go>
  )
  return (
    <Frame title={words.title}>
      <Toolbar>
        <FilterBar value={filter} onChange={setFilter} />
        <SavedViews list="workflows" filter={filter} onChoose={setFilter} />
      </Toolbar>
      {query.error !== null && rows !== undefined && <Stale since={query.dataUpdatedAt} error={query.error} />}
      <Section flush>
        {rows === undefined && query.error === null && <Loading rows={12} />}
        {rows === undefined && query.error !== null && (
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        )}
        {rows?.length === 0 && filter !== '' && <EmptyByFilter onClear={() => setFilter('')} />}
        {rows?.length === 0 && filter === '' && (
          <State icon="workflow" title={words.emptyTitle} action={<Go to="/runs">{words.toRuns}</Go>}>
            {words.emptyNext}
          </State>
        )}
        {rows !== undefined && rows.length > 0 && job !== undefined && (
          <DataTable
            id="workflows"
            label={words.title}
            rows={rows}
            rowKey={({ id }) => String(id)}
            columns={[{ ...job, cell: link }, ...others]}
            more={{
              has: query.hasNextPage,
              loading: query.isFetchingNextPage,
              load: () => void query.fetchNextPage(),
            }}
          />
        )}
      </Section>
    </Frame>
  )
}
