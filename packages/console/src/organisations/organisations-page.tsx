import { useState } from 'react'
import { getOrganisations, type PostOrganisationsInput, postOrganisations } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApi, useChange } from '../use-api.ts'
import { organisationWords } from './words.ts'

const MOST = 200

/** Every organisation of the installation. */
export function Page() {
  const words = useWords(organisationWords)
  const [making, setMaking] = useState(false)
  const query = useApi(getOrganisations, { limit: MOST })
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
        <Answered query={query}>
          {({ organisations }) => (
            <SimpleTable
              label={words.title}
              heads={[
                { title: words.organisation, wide: true },
                { title: words.id, desk: true },
                { title: words.created, end: true },
              ]}
              rows={organisations.map(({ id, name, createdAt }) => ({
                key: id,
                cells: [
                  <b key="name" translate="no">
                    {name}
                  </b>,
                  <code key="id" translate="no">
                    {id}
                  </code>,
                  <Moment key="at" at={createdAt} />,
                ],
              }))}
            />
          )}
        </Answered>
      </Section>
    </Frame>
  )
}

function MakeDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const words = useWords(organisationWords)
  const [name, setName] = useState('')
  const [owner, setOwner] = useState('')
  const make = useChange((input: PostOrganisationsInput) => postOrganisations(api, input))
  const submit = async (): Promise<void> => {
    await make.mutateAsync({ name, ...(owner.trim() !== '' && { owner: owner.trim() }) })
    toast({ tone: 'good', text: words.made(name) })
    setName('')
    setOwner('')
  }
  return (
    <FormDialog title={words.make} action={words.add} opened={opened} onClose={onClose} onSubmit={submit}>
      <Field label={words.name} value={name} onChange={setName} required />
      <Field label={words.owner} about={words.ownerAbout} type="email" value={owner} onChange={setOwner} />
    </FormDialog>
  )
}
