import { isReadable } from '@regie/platform/filter'
import { getWorkflows } from '../api.gen.ts'
import { NothingMatches } from '../filter/empty-runs.tsx'
import { FilterBar } from '../filter/filter-bar.tsx'
import { SavedViews } from '../filter/saved-views.tsx'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useRunColumns } from '../runs/columns.tsx'
import { RunLine } from '../runs/run-line.tsx'
import { useApiPages } from '../use-api.ts'
import { workflowWords } from './words.ts'

const PAGE = 100

/** Runs of workflows, by filter. */
export function Page() {
  const words = useWords(workflowWords)
  const [filter, setFilter] = useSearchText('q')
  const columns = useRunColumns(filter, true)
  const query = useApiPages(
    getWorkflows,
    { filter: filter === '' ? undefined : filter, limit: PAGE },
    { live: 'workflows', enabled: isReadable(filter) },
  )
  return (
    <Frame title={words.title} about={<Go to="/workflows/signals">{words.keptTitle}</Go>}>
      <Toolbar>
        <FilterBar value={filter} onChange={setFilter} />
        <SavedViews list="workflows" filter={filter} onChoose={setFilter} />
      </Toolbar>
      {isReadable(filter) && (
        <Section flush>
          <PagesTable
            id="workflows"
            label={words.title}
            query={query}
            rowsOf={({ items: workflows }) => workflows}
            rowKey={({ id }) => String(id)}
            columns={columns}
            line={(run, isNarrow) => <RunLine run={run} isNarrow={isNarrow} />}
            loading={12}
            empty={
              filter === '' ? (
                <State icon="workflow" title={words.emptyTitle} action={<Go to="/runs">{words.toRuns}</Go>}>
                  {words.emptyNext}
                </State>
              ) : (
                <NothingMatches filter={filter} onChange={setFilter} />
              )
            }
          />
        </Section>
      )}
    </Frame>
  )
}
