import { TextInput } from '@mantine/core'
import { getErrors } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { type Column, DataTable } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { Answered, EmptyByFilter, State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useApi } from '../use-api.ts'
import type { ErrorGroup } from './model.ts'
import { errorWords } from './words.ts'

/** What failed, by what went wrong. */
export function Page() {
  const words = useWords(errorWords)
  const columns = useColumns()
  const [search, setSearch] = useSearchText('q')
  const query = useApi(getErrors, {}, { live: 'errors' })
  return (
    <Frame title={words.title} about={words.about}>
      <Toolbar>
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          style={{ flex: '1 1 220px' }}
          data-filter
        />
      </Toolbar>
      <Section flush>
        <Answered query={query}>
          {({ errors }) => {
            const wanted = search.toLowerCase()
            const shown = errors.filter(({ job, error }) =>
              `${job} ${error.code} ${error.message}`.toLowerCase().includes(wanted),
            )
            if (errors.length === 0)
              return (
                <State icon="check" title={words.emptyTitle} action={<Go to="/runs">{words.toRuns}</Go>}>
                  {words.emptyNext}
                </State>
              )
            if (shown.length === 0) return <EmptyByFilter onClear={() => setSearch('')} />
            return (
              <DataTable
                id="errors"
                label={words.title}
                rows={shown}
                rowKey={({ fingerprint }) => fingerprint}
                columns={columns}
              />
            )
          }}
        </Answered>
      </Section>
    </Frame>
  )
}

function useColumns(): readonly Column<ErrorGroup>[] {
  const words = useWords(errorWords)
  return [
    {
      id: 'error',
      title: words.error,
      width: 200,
      grow: true,
      phone: true,
      cell: ({ fingerprint, error }) => (
        <Go to={`/errors/${fingerprint}`}>
          <span translate="no" title={error.message}>
            {error.message === '' ? error.code : error.message}
          </span>
        </Go>
      ),
    },
    { id: 'job', title: words.job, width: 170, cell: ({ job }) => <span translate="no">{job}</span> },
    {
      id: 'day',
      title: words.day,
      width: 130,
      cell: ({ hours }) =>
        hours.some((count) => count > 0) ? <Sparkline values={hours} label={words.day} tone="bad" height={18} /> : null,
    },
    {
      id: 'count',
      title: words.count,
      width: 90,
      end: true,
      phone: true,
      cell: ({ count }) => <Count value={count} />,
    },
    { id: 'first', title: words.first, width: 120, cell: ({ firstAt }) => <Moment at={firstAt} /> },
    { id: 'last', title: words.last, width: 120, cell: ({ lastAt }) => <Moment at={lastAt} /> },
  ]
}
