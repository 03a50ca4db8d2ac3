import { Button } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { type EventsStreamEvent, getEventsStream, getEventsStreamEvents } from '../api.gen.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered, Failed, Loading } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useApi, useApiPages } from '../use-api.ts'
import styles from './events.module.css'
import { StreamStatus } from './stream-status.tsx'
import { eventWords } from './words.ts'

/** One stream: its events, newest first, each with what it tells. */
export function Page() {
  const words = useWords(eventWords)
  const { stream = '' } = useParams({ strict: false }) as { readonly stream?: string }
  const query = useApi(getEventsStream, { stream }, { live: 'events' })
  return (
    <Frame
      title={stream}
      data
      up={{ to: '/events', title: words.title }}
      badge={query.data !== undefined && <StreamStatus state={query.data.state} />}
    >
      <Answered query={query}>
        {({ version, createdAt, updatedAt, state }) => (
          <>
            <Section>
              <Facts>
                <Fact name={words.count}>
                  <Count value={version} />
                </Fact>
                <Fact name={words.created}>
                  <Moment at={createdAt} exact />
                </Fact>
                <Fact name={words.updated}>
                  <Moment at={updatedAt} />
                </Fact>
              </Facts>
            </Section>
            {state === 'archived' ? (
              <Section>
                <p className="soft">{words.archivedNext}</p>
              </Section>
            ) : (
              <Events stream={stream} />
            )}
          </>
        )}
      </Answered>
    </Frame>
  )
}

function Events({ stream }: { readonly stream: string }) {
  const words = { ...useWords(common), ...useWords(eventWords) }
  const query = useApiPages(getEventsStreamEvents, { stream, limit: 50 }, { live: 'events' })
  if (query.data === undefined)
    return query.error === null ? <Loading /> : <Failed error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Section title={words.events}>
      <ol className={styles.events}>
        {query.data.pages
          .flatMap(({ items: events }) => events)
          .map((event) => (
            <Event key={event.version} event={event} />
          ))}
      </ol>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Section>
  )
}

function Event({ event: { version, type, data, person, runId, at, erased } }: { readonly event: EventsStreamEvent }) {
  const words = useWords(eventWords)
  return (
    <li>
      <div className={styles.head}>
        <code translate="no">{version}</code>
        <strong translate="no">{type}</strong>
        {erased && (
          <Status tone="warn" icon="user">
            {words.erased}
          </Status>
        )}
        {person !== undefined && (
          <span className="soft" translate="no">
            {person}
          </span>
        )}
        {runId !== undefined && (
          <Go to={`/runs/${runId}`}>
            {words.run} <span translate="no">#{runId}</span>
          </Go>
        )}
        <span className="soft">
          <Moment at={at} exact />
        </span>
      </div>
      <JsonView value={data} label={`${words.event} ${version}`} />
    </li>
  )
}
