import type { MeOrganisation } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Section } from '../kit/page.tsx'
import { Status } from '../kit/status.tsx'
import { useAppTitle } from '../shell/app-title.ts'
import { organisationWords } from './words.ts'

/** An organisation with what it has, as both addresses answer it. */
export type OrganisationShown = MeOrganisation

/** Whether it is deleted; nothing of one that is open. */
export function OrganisationStatus({
  organisation: { closedAt, isGoing },
}: {
  readonly organisation: Pick<OrganisationShown, 'closedAt' | 'isGoing'>
}) {
  const words = useWords(organisationWords)
  if (closedAt === undefined) return null
  return (
    <Status tone="bad" icon="stop">
      {isGoing === true ? words.going : words.closed}
    </Status>
  )
}

/** What there is of it. */
export function OrganisationFacts({ organisation }: { readonly organisation: OrganisationShown }) {
  const words = useWords(organisationWords)
  const { id, createdAt, closedAt, purgeAt, isGoing, contents } = organisation
  return (
    <>
      <Section title={words.facts}>
        <Facts>
          <Fact name={words.id}>
            <code translate="no">{id}</code>
          </Fact>
          <Fact name={words.created}>
            <Moment at={createdAt} exact />
          </Fact>
          {closedAt !== undefined && (
            <Fact name={words.closedAt}>
              <Moment at={closedAt} exact />
            </Fact>
          )}
          {purgeAt !== undefined && isGoing !== true && (
            <Fact name={words.restorable}>
              <Moment at={purgeAt} exact />
            </Fact>
          )}
        </Facts>
      </Section>
      <Section title={words.contents}>
        <Contents of={contents} />
      </Section>
    </>
  )
}

/** What an organisation has, in numbers. */
export function Contents({ of: { members, runs, activeRuns, rows } }: { readonly of: OrganisationShown['contents'] }) {
  const words = useWords(organisationWords)
  const titleOf = useAppTitle()
  return (
    <Facts>
      <Fact name={words.members}>
        <Count value={members} />
      </Fact>
      <Fact name={words.runs}>
        <Count value={runs} />
      </Fact>
      <Fact name={words.activeRuns}>
        <Count value={activeRuns} />
      </Fact>
      {rows.map(({ app, count }) => (
        <Fact key={app} name={words.rowsOf(titleOf({ id: app }))}>
          <Count value={count} />
        </Fact>
      ))}
    </Facts>
  )
}
