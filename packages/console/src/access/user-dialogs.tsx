import { useState } from 'react'
import { getRoles, type PostInvitationsInput, postInvitations, putUserRoles, type User } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Field, FormDialog, Ticks } from '../kit/form.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApi, useChange } from '../use-api.ts'
import { HandOver } from './hand-over.tsx'
import { accessWords } from './words.ts'

/** Asks somebody in, by e-mail; where none can be sent, with a link that whoever runs the server hands over. */
export function InviteDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const words = useWords(accessWords)
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<readonly string[]>([])
  const invite = useChange((invitation: PostInvitationsInput) => postInvitations(api, invitation))
  const [link, setLink] = useState<string>()
  const submit = async (): Promise<void> => {
    const made = await invite.mutateAsync({ email, roles })
    if (made.link === undefined)
      toast(made.delivery === 'mail' ? { tone: 'good', text: words.invited } : { tone: 'calm', text: words.unmailed })
    setLink(made.link)
    setEmail('')
    setRoles([])
  }
  if (link !== undefined) return <HandOver link={link} onClose={() => setLink(undefined)} />
  return (
    <FormDialog
      permission="users.manage"
      title={words.inviteTitle}
      action={words.invite}
      opened={opened}
      onClose={onClose}
      onSubmit={submit}
    >
      <Field name="email" label={words.email} type="email" value={email} onChange={setEmail} required />
      <RoleTicks chosen={roles} onChange={setRoles} />
    </FormDialog>
  )
}

/** Gives a user exactly these roles. */
export function RolesDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const words = useWords(accessWords)
  const [roles, setRoles] = useState(user.roles)
  const change = useChange(() => putUserRoles(api, { id: user.id, roles }))
  const submit = async (): Promise<void> => {
    await change.mutateAsync(undefined)
    toast({ tone: 'good', text: words.saved })
  }
  return (
    <FormDialog
      permission="users.manage"
      title={words.changeRoles}
      action={words.save}
      opened
      onClose={onClose}
      onSubmit={submit}
    >
      <b translate="no">{user.email}</b>
      <RoleTicks chosen={roles} onChange={setRoles} />
    </FormDialog>
  )
}

function RoleTicks(props: {
  readonly chosen: readonly string[]
  readonly onChange: (roles: readonly string[]) => void
}) {
  const words = useWords(accessWords)
  const query = useApi(getRoles)
  return (
    <Ticks
      {...props}
      name="roles"
      label={words.roles}
      options={(query.data?.items ?? []).map(({ name, source }) => ({
        name,
        ...(source === 'built-in' &&
          name in words.builtIn && { about: words.builtIn[name as keyof typeof words.builtIn] }),
      }))}
    />
  )
}
