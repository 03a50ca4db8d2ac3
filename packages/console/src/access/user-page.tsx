import { getUser } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { usePathText } from '../kit/address.ts'
import { Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
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
            <Section title={words.sessions} flush>
              <SessionTable user={id} />
            </Section>
          </>
        )}
      </Answered>
    </Frame>
  )
}
