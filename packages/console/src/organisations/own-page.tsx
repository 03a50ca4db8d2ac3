import { getMeOrganisation, patchMeOrganisation, postMeOrganisationClose } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Page as Frame } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { setLeaving } from '../session/leaving.ts'
import { useApi } from '../use-api.ts'
import { OrganisationActs } from './organisation-acts.tsx'
import { OrganisationFacts } from './organisation-view.tsx'
import { organisationWords } from './words.ts'

/** The organisation one works in. */
export function Page() {
  const words = useWords(organisationWords)
  const query = useApi(getMeOrganisation)
  const organisation = query.data
  return (
    <Frame
      title={organisation?.name ?? words.own}
      data={organisation !== undefined}
      about={words.ownAbout}
      actions={
        organisation !== undefined && (
          <OrganisationActs
            organisation={organisation}
            manner={{
              permission: 'organisation.manage',
              rename: (name) => patchMeOrganisation(api, { name }),
              close,
              // In another organisation, or at the door.
              gone: () => window.location.assign('/'),
            }}
          />
        )
      }
    >
      <Answered query={query}>{(shown) => <OrganisationFacts organisation={shown} />}</Answered>
    </Frame>
  )
}

async function close(name: string): Promise<void> {
  setLeaving(true)
  try {
    await postMeOrganisationClose(api, { name })
  } catch (error) {
    setLeaving(false)
    throw error
  }
}
