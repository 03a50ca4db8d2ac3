import { useState } from 'react'
import { postOrganisationRestore } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { useChange } from '../use-api.ts'
import { Contents, type OrganisationShown } from './organisation-view.tsx'
import { organisationWords } from './words.ts'

/** What renames and deletes it: its own people and those who run the server do so at addresses of their own. */
export interface Manner {
  readonly permission: 'organisation.manage' | 'organisations.manage'
  rename(name: string): Promise<unknown>
  close(name: string): Promise<unknown>
  /** Once it is deleted. */
  gone(): void
}

interface Given {
  readonly organisation: OrganisationShown
  readonly manner: Manner
}

/** What may be done with an organisation. */
export function OrganisationActs({ organisation, manner }: Given) {
  const words = useWords(organisationWords)
  const [asked, setAsked] = useState<'rename' | 'close'>()
  const restore = useChange(() => postOrganisationRestore(api, { id: organisation.id }))
  const { isHome, isGoing, closedAt } = organisation
  const { permission } = manner
  if (closedAt !== undefined)
    return (
      <Act
        label={words.restore}
        tone="primary"
        permission="organisations.manage"
        why={isGoing === true ? words.goingWhy : undefined}
        onAct={() => restore.mutate(undefined, told(words.restored(organisation.name)))}
      />
    )
  return (
    <>
      <RenameDialog
        key={organisation.name}
        {...{ organisation, manner }}
        opened={asked === 'rename'}
        onClose={() => setAsked(undefined)}
      />
      {asked === 'close' && <CloseDialog {...{ organisation, manner }} onClose={() => setAsked(undefined)} />}
      <Act
        icon="edit"
        label={words.rename}
        permission={permission}
        why={isHome === true ? words.homeName : undefined}
        onAct={() => setAsked('rename')}
      />
      <Act
        label={words.close}
        tone="danger"
        permission={permission}
        why={isHome === true ? words.homeStays : undefined}
        onAct={() => setAsked('close')}
      />
    </>
  )
}

function RenameDialog({
  organisation,
  manner,
  opened,
  onClose,
}: Given & { readonly opened: boolean; readonly onClose: () => void }) {
  const words = useWords(organisationWords)
  const [name, setName] = useState(organisation.name)
  const change = useChange(manner.rename)
  return (
    <FormDialog
      permission={manner.permission}
      title={words.renameTitle(organisation.name)}
      action={words.rename}
      opened={opened}
      onClose={onClose}
      onSubmit={async () => {
        await change.mutateAsync(name)
        toast({ tone: 'good', text: words.renamed(name.trim()) })
      }}
    >
      <Field name="name" label={words.name} value={name} onChange={setName} required />
    </FormDialog>
  )
}

function CloseDialog({ organisation, manner, onClose }: Given & { readonly onClose: () => void }) {
  const words = useWords(organisationWords)
  const [typed, setTyped] = useState('')
  const change = useChange(manner.close)
  const isSame = typed.trim() === organisation.name
  return (
    <FormDialog
      permission={manner.permission}
      title={words.closeTitle(organisation.name)}
      action={words.close}
      opened
      onClose={onClose}
      onSubmit={async () => {
        await change.mutateAsync(typed.trim())
        manner.gone()
      }}
      why={isSame ? undefined : words.typeName}
      danger
    >
      <p>{words.closeBody}</p>
      <Contents of={organisation.contents} />
      <Field name="name" label={words.typed} value={typed} onChange={setTyped} />
    </FormDialog>
  )
}
