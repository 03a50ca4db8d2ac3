import { getSessions, getUser } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { usePathText } from '../kit/address.ts'
import { Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import { SessionTable } from './session-table.tsx'
import { UserActs } from './user-acts.tsx'
import { UserStatus } from './user-status.tsx'
import { accessWords } from './words.ts'

/** One user: who it is, what may be done, and where they are signed in. */
export function Page() {
  const words = useWords(accessWords)
  const id = usePathText('id')
  const query = useApi(getUser, { id })
  const user = query.data
  return (
    <Frame
      title={user?.name ?? words.user}
      data={user !== undefined}
      up={{ to: '/users', title: words.users }}
      badge={user !== undefined && <UserStatus user={user} />}
      actions={user !== undefined && <UserActs user={user} />}
    >
      <Answered query={query}>
        {({ email, roles, createdAt }) => (
          <>
            <Section title={words.facts}>
              <Facts>
                <Fact name={words.email}>
                  <span translate="no">{email}</span>
                </Fact>
                <Fact name={words.roles}>
                  <span translate="no">{roles.join(', ')}</span>
                </Fact>
                <Fact name={words.since}>
                  <Moment at={createdAt} exact />
                </Fact>
              </Facts>
            </Section>
            <Sessions user={id} />
          </>
        )}
      </Answered>
    </Frame>
  )
}

function Sessions({ user }: { readonly user: string }) {
  const words = useWords(accessWords)
  const query = useApi(getSessions, { user, limit: 100 })
  return (
    <Section title={words.sessions} flush>
      <Answered query={query} rows={3}>
        {({ sessions }) =>
          sessions.length === 0 ? (
            <State icon="screen" title={words.notSignedIn} />
          ) : (
            <SessionTable sessions={sessions} withUser={false} />
          )
        }
      </Answered>
    </Section>
  )
}
