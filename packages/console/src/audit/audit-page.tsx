import { type Audit, getAudit } from '../api.gen.ts'
import { SavedViews } from '../filter/saved-views.tsx'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { EmptyByFilter, State } from '../kit/states.tsx'
import { useApiPages } from '../use-api.ts'
import { Action } from './action.tsx'
import { ObjectLink } from './object.tsx'
import { AuditSearch, useAuditFilter } from './search.tsx'
import { useVerification } from './verify.tsx'
import { auditWords } from './words.ts'

/** The audit log: search, export, verify. */
export function Page() {
  const words = useWords(auditWords)
  const { filter, isSet, set, clear } = useAuditFilter()
  const { act, found } = useVerification()
  const query = useApiPages(getAudit, filter)
  // Nobody has a name in the language of the server only.
  const nameOf = ({ kind, id, name = id }: Audit['actor']): string =>
    kind === 'anonymous' ? words.kinds.anonymous : name
  return (
    <Frame
      title={words.title}
      about={words.about}
      actions={
        <>
          <SavedViews
            list="audit"
            filter={new URLSearchParams(filter).toString()}
            onChoose={(text) => set(Object.fromEntries(new URLSearchParams(text)))}
          />
          {act}
        </>
      }
    >
      {found}
      <Section>
        <AuditSearch />
      </Section>
      <Section flush>
        <PagesTable
          id="audit"
          label={words.title}
          query={query}
          rowsOf={({ items: entries, names }) => entries.map((entry) => ({ ...entry, names }))}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'action',
              title: words.action,
              width: 220,
              grow: true,
              phone: true,
              cell: ({ id, action }) => (
                <Go to={`/audit/${id}`}>
                  <Action code={action} />
                </Go>
              ),
            },
            {
              id: 'actor',
              title: words.actor,
              width: 190,
              phone: true,
              cell: ({ actor, impersonatedBy, names }) => (
                <span translate="no">
                  {impersonatedBy === undefined
                    ? nameOf(actor)
                    : words.actedAs(names[impersonatedBy] ?? impersonatedBy, nameOf(actor))}
                </span>
              ),
            },
            {
              id: 'object',
              title: words.object,
              width: 300,
              cell: (entry) => <ObjectLink entry={entry} names={entry.names} />,
            },
            { id: 'at', title: words.when, width: 160, cell: ({ at }) => <Moment at={at} exact /> },
          ]}
          line={(entry, isNarrow) =>
            isNarrow && (
              <span translate="no">
                <Moment at={entry.at} exact />
                {entry.object !== undefined && ' · '}
                <ObjectLink entry={entry} names={entry.names} />
              </span>
            )
          }
          empty={
            isSet ? (
              <EmptyByFilter onClear={clear} />
            ) : (
              <State icon="audit" title={words.emptyTitle}>
                {words.emptyNext}
              </State>
            )
          }
        />
      </Section>
    </Frame>
  )
}
