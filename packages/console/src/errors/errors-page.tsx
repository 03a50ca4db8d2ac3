import { SegmentedControl } from '@mantine/core'
import { isReadable } from '@regie/platform/filter'
import { getErrors } from '../api.gen.ts'
import { NothingMatches } from '../filter/empty-runs.tsx'
import { FilterBar } from '../filter/filter-bar.tsx'
import { organisationColumn } from '../filter/organisation-column.tsx'
import { topicOf } from '../filter/reach.ts'
import { SavedViews } from '../filter/saved-views.tsx'
import { useFigures, useWords } from '../i18n/language.tsx'
import { type Column, DataTable } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { ErrorStatus } from './error-status.tsx'
import styles from './errors.module.css'
import type { ErrorGroup } from './model.ts'
import { errorWords } from './words.ts'

const TABS = ['open', 'mine', 'muted', 'resolved'] as const

type Tab = (typeof TABS)[number]

/** What failed, by what went wrong. */
export function Page() {
  const words = useWords(errorWords)
  const figures = useFigures()
  const me = useMe()
  const [filter, setFilter] = useSearchText('q')
  const columns = useColumns(filter)
  const [show, setShow] = useSearchText('show')
  const tab = TABS.find((each) => each === show) ?? 'open'
  const query = useApi(
    getErrors,
    { filter: filter === '' ? undefined : filter },
    { live: topicOf('errors', filter), enabled: isReadable(filter) },
  )
  const tabOf = (name: string, count: number): string => (count === 0 ? name : words.tab(name, figures.count(count)))
  const within = (wanted: Tab, group: ErrorGroup): boolean => isWithin(wanted, group, me.principal.id)
  return (
    <Frame title={words.title} about={words.about}>
      <Toolbar>
        <FilterBar value={filter} onChange={setFilter} />
        <SavedViews list="errors" filter={filter} onChoose={setFilter} />
      </Toolbar>
      <SegmentedControl
        style={{ alignSelf: 'flex-start' }}
        aria-label={words.show}
        value={tab}
        onChange={(next) => setShow(next === 'open' ? '' : next)}
        data={TABS.map((each) => ({
          value: each,
          label: tabOf(words.tabs[each], (query.data?.items ?? []).filter((group) => within(each, group)).length),
        }))}
      />
      {isReadable(filter) && (
        <Section flush>
          <Answered query={query}>
            {({ items: errors }) => {
              const shown = errors.filter((group) => within(tab, group))
              if (shown.length > 0)
                return (
                  <DataTable
                    id="errors"
                    label={words.title}
                    rows={shown}
                    rowKey={({ org, fingerprint }) => `${org} ${fingerprint}`}
                    columns={columns}
                    tall
                    line={({ job, lastAt }, isNarrow) =>
                      isNarrow && (
                        <span translate="no">
                          <Moment at={lastAt} /> · {job}
                        </span>
                      )
                    }
                  />
                )
              if (filter !== '') return <NothingMatches filter={filter} onChange={setFilter} />
              return tab === 'open' ? (
                <State
                  icon="check"
                  title={errors.length > 0 ? words.onlyCared : words.emptyTitle}
                  action={<Go to="/runs">{words.toRuns}</Go>}
                >
                  {words.emptyNext}
                </State>
              ) : (
                <State icon="check" title={words.emptyTab} action={<Go to="/errors">{words.toErrors}</Go>} />
              )
            }}
          </Answered>
        </Section>
      )}
    </Frame>
  )
}

function isWithin(tab: Tab, { state, assignee }: ErrorGroup, me: string): boolean {
  const isOpen = state === 'open' || state === 'returned'
  if (tab === 'open') return isOpen
  return tab === 'mine' ? isOpen && assignee?.id === me : state === tab
}

function useColumns(filter: string): readonly Column<ErrorGroup>[] {
  const words = useWords(errorWords)
  const me = useMe()
  return [
    {
      id: 'error',
      title: words.error,
      width: 200,
      grow: true,
      phone: true,
      cell: ({ org, fingerprint, error }) => {
        const text = (
          <span className={styles.said} translate="no" title={error.message}>
            {error.message === '' ? error.code : error.message}
          </span>
        )
        // What another organisation does about it is its own; its runs may be looked at.
        if (org === me.org.id) return <Go to={`/errors/${fingerprint}`}>{text}</Go>
        const q = `state:failed fingerprint:${fingerprint} org:${org}`
        return (
          <Go to="/runs" search={{ q }}>
            {text}
          </Go>
        )
      },
    },
    ...organisationColumn<ErrorGroup>(filter, words.organisation),
    { id: 'state', title: words.state, width: 110, cell: ({ state }) => <ErrorStatus state={state} /> },
    { id: 'job', title: words.job, width: 150, cell: ({ job }) => <span translate="no">{job}</span> },
    {
      id: 'day',
      title: words.day,
      width: 150,
      cell: ({ hours }) =>
        hours.some((count) => count > 0) ? <Sparkline values={hours} label={words.day} tone="bad" height={18} /> : null,
    },
    {
      id: 'count',
      title: words.count,
      width: 100,
      end: true,
      phone: true,
      cell: ({ count, retrying }) => <Count value={count + retrying} />,
    },
    {
      id: 'assignee',
      title: words.assignee,
      width: 130,
      cell: ({ assignee }) =>
        assignee === undefined ? (
          <span className="soft">{words.nobody}</span>
        ) : (
          <span translate="no">{assignee.name}</span>
        ),
    },
    { id: 'first', title: words.first, width: 110, extra: true, cell: ({ firstAt }) => <Moment at={firstAt} /> },
    { id: 'last', title: words.last, width: 120, cell: ({ lastAt }) => <Moment at={lastAt} /> },
  ]
}
