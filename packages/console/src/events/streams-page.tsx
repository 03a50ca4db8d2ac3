import { type EventsStream, getEventsStreams } from '../api.gen.ts'
import { SavedViews } from '../filter/saved-views.tsx'
import { useWords } from '../i18n/language.tsx'
import type { Column } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { SearchField } from '../kit/search-field.tsx'
import { EmptyByFilter, State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useApiPages } from '../use-api.ts'
import { StreamStatus } from './stream-status.tsx'
import { StuckProjections } from './stuck-projections.tsx'
import { eventWords } from './words.ts'

/** The streams of events, by the beginning of their names. */
export function Page() {
  const words = useWords(eventWords)
  const columns = useColumns()
  const [prefix, setPrefix] = useSearchText('q')
  const query = useApiPages(
    getEventsStreams,
    { prefix: prefix === '' ? undefined : prefix, limit: 100 },
    { live: 'events' },
  )
  return (
    <Frame title={words.title} about={words.about} actions={<Go to="/projections">{words.projections}</Go>}>
      <StuckProjections />
      <Toolbar>
        <SearchField label={words.search} value={prefix} onChange={setPrefix} />
        <SavedViews list="events" table="streams" filter={prefix} onChoose={setPrefix} />
      </Toolbar>
      <Section flush>
        <PagesTable
          id="streams"
          label={words.title}
          query={query}
          rowsOf={({ items: streams }) => streams}
          rowKey={({ name }) => name}
          columns={columns}
          loading={12}
          empty={
            prefix === '' ? (
              <State icon="event" title={words.emptyTitle}>
                {words.emptyNext}
              </State>
            ) : (
              <EmptyByFilter onClear={() => setPrefix('')} />
            )
          }
        />
      </Section>
    </Frame>
  )
}

function useColumns(): readonly Column<EventsStream>[] {
  const words = useWords(eventWords)
  return [
    {
      id: 'stream',
      title: words.stream,
      width: 220,
      grow: true,
      phone: true,
      cell: ({ name }) => (
        <Go to={`/events/${encodeURIComponent(name)}`}>
          <span translate="no">{name}</span>
        </Go>
      ),
    },
    { id: 'state', title: words.state, width: 120, cell: ({ state }) => <StreamStatus state={state} /> },
    {
      id: 'count',
      title: words.count,
      width: 110,
      end: true,
      phone: true,
      cell: ({ version }) => <Count value={version} />,
    },
    { id: 'updated', title: words.updated, width: 160, cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
    { id: 'created', title: words.created, width: 130, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ]
}
