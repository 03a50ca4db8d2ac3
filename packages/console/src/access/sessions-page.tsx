import { getSessions } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import { SessionTable } from './session-table.tsx'
import { accessWords } from './words.ts'

/** Every browser that is signed in. */
export function Page() {
  const words = useWords(accessWords)
  const query = useApi(getSessions)
  return (
    <Frame title={words.sessions} about={words.sessionsAbout}>
      <Section flush>
        <Answered query={query}>
          {({ sessions }) =>
            sessions.length === 0 ? (
              <State icon="screen" title={words.noSessions} />
            ) : (
              <SessionTable sessions={sessions} withUser />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}
