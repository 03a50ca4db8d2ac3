import { deleteSession, getSessions } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

/** Every browser that is signed in. */
export function Page() {
  const words = useWords(accessWords)
  const query = useApi(getSessions)
  const end = useChange((id: string) => deleteSession(api, { id }))
  return (
    <Frame title={words.sessions} about={words.sessionsAbout}>
      <Section flush>
        <Answered query={query}>
          {({ sessions }) =>
            sessions.length === 0 ? (
              <State icon="screen" title={words.noSessions} />
            ) : (
              <SimpleTable
                label={words.sessions}
                heads={[
                  { title: words.user },
                  { title: words.browser, wide: true },
                  { title: words.address },
                  { title: words.used },
                  { title: words.acts, end: true },
                ]}
                rows={sessions.map(({ id, email, browser, address, lastUsedAt }) => ({
                  key: id,
                  cells: [
                    <span key="user" translate="no">
                      {email}
                    </span>,
                    <small key="browser" translate="no">
                      {browser}
                    </small>,
                    <span key="address" translate="no">
                      {address}
                    </span>,
                    <Moment key="used" at={lastUsedAt} />,
                    <Act
                      key="act"
                      label={words.end}
                      permission={MANAGE}
                      onAct={() => end.mutate(id, told(words.ended))}
                    />,
                  ],
                }))}
              />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}
