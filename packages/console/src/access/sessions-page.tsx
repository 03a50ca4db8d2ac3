import { Button } from '@mantine/core'
import { getSessions } from '../api.gen.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Failed, Loading, Stale, State } from '../kit/states.tsx'
import { useApiPages } from '../use-api.ts'
import styles from './access.module.css'
import { SessionTable } from './session-table.tsx'
import { accessWords } from './words.ts'

const PAGE = 100

/** Every browser that is signed in. */
export function Page() {
  const words = { ...useWords(common), ...useWords(accessWords) }
  const query = useApiPages(getSessions, { limit: PAGE })
  const { error, dataUpdatedAt } = query
  const sessions = query.data?.pages.flatMap((page) => page.sessions)
  return (
    <Frame title={words.sessions} about={words.sessionsAbout}>
      {error !== null && sessions !== undefined && <Stale since={dataUpdatedAt} error={error} />}
      <Section flush>
        {sessions === undefined && error === null && <Loading />}
        {sessions === undefined && error !== null && <Failed error={error} onRetry={() => void query.refetch()} />}
        {sessions?.length === 0 && <State icon="screen" title={words.noSessions} />}
        {sessions !== undefined && sessions.length > 0 && <SessionTable sessions={sessions} withUser />}
        {query.hasNextPage && (
          <p className={styles.more}>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {words.more}
            </Button>
          </p>
        )}
      </Section>
    </Frame>
  )
}
