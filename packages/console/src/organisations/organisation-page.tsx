import { getOrganisation, patchOrganisation, postOrganisationClose } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { usePathText } from '../kit/address.ts'
import { Page as Frame } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApi } from '../use-api.ts'
import { OrganisationActs } from './organisation-acts.tsx'
import { OrganisationFacts, OrganisationStatus } from './organisation-view.tsx'
import { organisationWords } from './words.ts'

/** One organisation of the installation: what it has, and what may be done with it. */
export function Page() {
  const words = useWords(organisationWords)
  const id = usePathText('id')
  const query = useApi(getOrganisation, { id })
  const organisation = query.data
  return (
    <Frame
      title={organisation?.name ?? words.organisation}
      data={organisation !== undefined}
      up={{ to: '/organisations', title: words.title }}
      badge={organisation !== undefined && <OrganisationStatus organisation={organisation} />}
      actions={
        organisation !== undefined && (
          <OrganisationActs
            organisation={organisation}
            manner={{
              permission: 'organisations.manage',
              rename: (name) => patchOrganisation(api, { id, name }),
              close: (name) => postOrganisationClose(api, { id, name }),
              gone: () => toast({ tone: 'good', text: words.gone(organisation.name) }),
            }}
          />
        )
      }
    >
      <Answered query={query}>{(shown) => <OrganisationFacts organisation={shown} />}</Answered>
    </Frame>
  )
}
