import { useFigures, useWords } from '../i18n/language.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { type Profile, useProfileQuery } from '../session/profile.ts'
import { DisplayChoices } from '../shell/display-choices.tsx'
import styles from './account.module.css'
import { NameForm } from './name-form.tsx'
import { OwnKeys } from './own-keys.tsx'
import { OwnSessions } from './own-sessions.tsx'
import { Passkeys } from './passkeys.tsx'
import { PasswordForm } from './password-form.tsx'
import { Push } from './push.tsx'
import { SecondFactor } from './second-factor.tsx'
import { accountWords } from './words.ts'

/** One's own account: name, ways of signing in, sessions, and how this browser shows the console. */
export function Page() {
  const words = useWords(accountWords)
  const query = useProfileQuery()
  return (
    <Frame title={words.title} about={words.about}>
      <Answered query={query}>
        {(profile) => (profile.impersonation === undefined ? <Own profile={profile} /> : <Others profile={profile} />)}
      </Answered>
    </Frame>
  )
}

function Own({ profile }: { readonly profile: Profile }) {
  const words = useWords(accountWords)
  const { timeZone } = useFigures()
  const here = profile.organisations.find(({ id }) => id === profile.organisation.id)
  return (
    <>
      <div className={styles.columns}>
        <Section title={words.you}>
          <div className={styles.stack}>
            <Facts>
              <Fact name={words.email}>
                <span translate="no">{profile.email}</span>
              </Fact>
              <Fact name={words.organisation}>
                <span translate="no">{profile.organisation.name}</span>
              </Fact>
              <Fact name={words.roles}>
                <span translate="no">{here?.roles.join(', ')}</span>
              </Fact>
            </Facts>
            <NameForm key={profile.name} name={profile.name} />
          </div>
        </Section>
        <Section title={words.password}>
          <PasswordForm email={profile.email ?? ''} />
        </Section>
        <SecondFactor />
      </div>
      <Passkeys />
      <OwnKeys />
      <OwnSessions current={profile.sessionId} />
      <div className={styles.columns}>
        <Section title={words.display}>
          <div className={styles.stack}>
            <p className="soft">
              {words.displayAbout} {words.zone(timeZone)}
            </p>
            <div className={styles.display}>
              <DisplayChoices />
            </div>
          </div>
        </Section>
        <Push />
      </div>
    </>
  )
}

function Others({ profile }: { readonly profile: Profile }) {
  const words = useWords(accountWords)
  return (
    <Section>
      <State icon="lock" tone="warn" title={words.othersTitle(profile.name)}>
        {words.othersNext}
      </State>
    </Section>
  )
}
