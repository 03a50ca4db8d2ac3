import { useState } from 'react'
import { HandOver } from '../access/hand-over.tsx'
import { getOrganisations, type PostOrganisationsInput, postOrganisations } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { State } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApiPages, useChange } from '../use-api.ts'
import { OrganisationStatus } from './organisation-view.tsx'
import { organisationWords } from './words.ts'

const PAGE = 100

/** Every organisation of the installation. */
export function Page() {
  const words = useWords(organisationWords)
  const [making, setMaking] = useState(false)
  const query = useApiPages(getOrganisations, { limit: PAGE })
  return (
    <Frame
      title={words.title}
      about={words.about}
      actions={
        <Act
          icon="apps"
          label={words.make}
          tone="primary"
          permission="organisations.manage"
          onAct={() => setMaking(true)}
        />
      }
    >
      <MakeDialog opened={making} onClose={() => setMaking(false)} />
      <Section flush>
        <PagesTable
          id="organisations"
          label={words.title}
          query={query}
          rowsOf={({ items: organisations }) => organisations}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'name',
              title: words.organisation,
              width: 220,
              grow: true,
              phone: true,
              cell: ({ id, name }) => (
                <Go to={`/organisations/${id}`}>
                  <b translate="no">{name}</b>
                </Go>
              ),
            },
            { id: 'id', title: words.id, width: 340, cell: ({ id }) => <code translate="no">{id}</code> },
            {
              id: 'state',
              title: words.state,
              width: 170,
              cell: (organisation) => <OrganisationStatus organisation={organisation} />,
            },
            {
              id: 'created',
              title: words.created,
              width: 150,
              end: true,
              phone: true,
              cell: ({ createdAt }) => <Moment at={createdAt} />,
            },
          ]}
          empty={<State icon="apps" title={words.none} />}
        />
      </Section>
    </Frame>
  )
}

function MakeDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const words = useWords(organisationWords)
  const [name, setName] = useState('')
  const [owner, setOwner] = useState('')
  const [link, setLink] = useState<string>()
  const make = useChange((input: PostOrganisationsInput) => postOrganisations(api, input))
  const submit = async (): Promise<void> => {
    const made = await make.mutateAsync({ name, ...(owner.trim() !== '' && { owner: owner.trim() }) })
    setLink(made.link)
    toast({ tone: 'good', text: words.made(name) })
    setName('')
    setOwner('')
  }
  if (link !== undefined) return <HandOver link={link} onClose={() => setLink(undefined)} />
  return (
    <FormDialog
      permission="organisations.manage"
      title={words.make}
      action={words.add}
      opened={opened}
      onClose={onClose}
      onSubmit={submit}
    >
      <Field name="name" label={words.name} value={name} onChange={setName} required />
      <Field name="owner" label={words.owner} about={words.ownerAbout} type="email" value={owner} onChange={setOwner} />
    </FormDialog>
  )
}
