import { isReadable } from '@regie/platform/filter'
import { useState } from 'react'
import { getRuns } from '../api.gen.ts'
import { NothingMatches } from '../filter/empty-runs.tsx'
import { FilterBar } from '../filter/filter-bar.tsx'
import { topicOf } from '../filter/reach.ts'
import { SavedViews } from '../filter/saved-views.tsx'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useApiPages } from '../use-api.ts'
import { useRunColumns } from './columns.tsx'
import { Enqueue } from './enqueue.tsx'
import { RunLine } from './run-line.tsx'
import { RunSelection } from './run-selection.tsx'
import { runWords } from './words.ts'

const PAGE = 100

/** The runs of everything, by filter. */
export function Page() {
  const words = useWords(runWords)
  const [filter, setFilter] = useSearchText('q')
  const columns = useRunColumns(filter)
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set())
  const asked = { filter: filter === '' ? undefined : filter, limit: PAGE }
  const query = useApiPages(getRuns, asked, { live: topicOf('runs', filter), enabled: isReadable(filter) })
  const choose = (next: string): void => {
    setKeys(new Set())
    setFilter(next)
  }
  return (
    <Frame title={words.title} actions={<Enqueue />}>
      <Toolbar>
        <FilterBar value={filter} onChange={choose} />
        <SavedViews list="runs" filter={filter} onChoose={choose} />
      </Toolbar>
      {isReadable(filter) && (
        <Section flush>
          <PagesTable
            id="runs"
            label={words.list}
            query={query}
            rowsOf={({ items: runs }) => runs}
            rowKey={({ id }) => String(id)}
            columns={columns}
            line={(run, isNarrow) => <RunLine run={run} isNarrow={isNarrow} />}
            loading={12}
            selection={{ keys, onChange: setKeys }}
            tools={(rows) => (
              <RunSelection
                filter={filter}
                total={query.hasNextPage ? undefined : rows.length}
                runs={rows.filter(({ id }) => keys.has(String(id)))}
                isPageChosen={rows.every(({ id }) => keys.has(String(id)))}
                onClear={() => setKeys(new Set())}
              />
            )}
            empty={
              filter === '' ? (
                <State icon="runs" title={words.emptyTitle} action={<Go to="/schedules">{words.toSchedules}</Go>}>
                  {words.emptyNext}
                </State>
              ) : (
                <NothingMatches filter={filter} onChange={choose} />
              )
            }
          />
        </Section>
      )}
    </Frame>
  )
}
