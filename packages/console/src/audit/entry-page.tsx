import { type Audit, getAuditItem } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { usePathText } from '../kit/address.ts'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { TraceFact } from '../kit/trace.tsx'
import { useApi } from '../use-api.ts'
import { useActionName } from './action.tsx'
import { Change } from './change.tsx'
import { objectText } from './model.ts'
import { ObjectLink } from './object.tsx'
import { auditWords } from './words.ts'

/** One entry: who, what, and the difference it made. */
export function Page() {
  const words = useWords(auditWords)
  const query = useApi(getAuditItem, { id: usePathText('id') })
  const entry = query.data
  const name = useActionName()(entry?.action ?? '')
  return (
    <Frame
      title={name ?? entry?.action ?? words.title}
      data={entry !== undefined && name === undefined}
      up={{ to: '/audit', title: words.title }}
      badge={
        name !== undefined && (
          <code className="soft" translate="no">
            {entry?.action}
          </code>
        )
      }
    >
      <Answered query={query}>
        {(answer) => (
          <>
            <EntryFacts entry={answer} names={answer.names} />
            <Section title={words.change}>
              <Change entry={answer} />
            </Section>
          </>
        )}
      </Answered>
    </Frame>
  )
}

function EntryFacts({ entry, names }: { readonly entry: Audit; readonly names: Readonly<Record<string, string>> }) {
  const words = useWords(auditWords)
  const object = objectText(entry)
  return (
    <Section title={words.facts}>
      <Facts>
        <Fact name={words.when}>
          <Moment at={entry.at} exact />
        </Fact>
        <Fact name={words.actor}>
          <Who actor={entry.actor} />{' '}
          <Go to="/audit" search={{ actor: entry.actor.id }}>
            {words.sameActor}
          </Go>
        </Fact>
        {entry.impersonatedBy !== undefined && (
          <Fact name={words.impersonatedBy}>
            <Go to={`/users/${entry.impersonatedBy}`}>
              <span translate="no">{names[entry.impersonatedBy] ?? entry.impersonatedBy}</span>
            </Go>
          </Fact>
        )}
        {object !== '' && (
          <Fact name={words.object}>
            <ObjectLink entry={entry} names={names} />{' '}
            <Go to="/audit" search={{ object }}>
              {words.sameObject}
            </Go>
          </Fact>
        )}
        <Fact name={words.sequence}>
          {entry.sequence === undefined ? words.unsealed : <span translate="no">{entry.sequence}</span>}
        </Fact>
        {entry.requestId !== undefined && (
          <Fact name={words.request}>
            <code translate="no">{entry.requestId}</code>
          </Fact>
        )}
        <TraceFact id={entry.traceId} of="audit" />
      </Facts>
    </Section>
  )
}

function Who({ actor: { kind, id, name = id } }: Pick<Audit, 'actor'>) {
  const { kinds } = useWords(auditWords)
  const text = <span translate="no">{name}</span>
  if (kind === 'user') return <Go to={`/users/${id}`}>{text}</Go>
  if (kind === 'key') return <Go to="/keys">{text}</Go>
  return (
    <>
      {text} <span className="soft">({kinds[kind as keyof typeof kinds] ?? kind})</span>
    </>
  )
}
