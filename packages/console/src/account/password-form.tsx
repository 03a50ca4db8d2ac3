import { useState } from 'react'
import { getMeSecondFactor } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Field, Form } from '../kit/form.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApi, useChange } from '../use-api.ts'
import { accountWords } from './words.ts'

/** Another password, for the one before. */
export function PasswordForm({ email }: { readonly email: string }) {
  const words = useWords(accountWords)
  const query = useApi(getMeSecondFactor)
  return (
    <Answered query={query} rows={4}>
      {({ hasPassword }) => (hasPassword ? <Change email={email} /> : <p className="soft">{words.noPassword}</p>)}
    </Answered>
  )
}

function Change({ email }: { readonly email: string }) {
  const words = useWords(accountWords)
  const [currentPassword, setCurrent] = useState('')
  const [newPassword, setNew] = useState('')
  const change = useChange(() =>
    api.call({ method: 'POST', path: '/api/v1/auth/change-password' }, { currentPassword, newPassword }),
  )
  const submit = async (): Promise<void> => {
    await change.mutateAsync()
    setCurrent('')
    setNew('')
    toast({ tone: 'good', text: words.passwordChanged })
  }
  return (
    <Form action={words.changePassword} onSubmit={submit}>
      {/* Password managers want to know whose it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} />
      <Field
        name="currentPassword"
        label={words.currentPassword}
        type="password"
        value={currentPassword}
        onChange={setCurrent}
        autoComplete="current-password"
        required
      />
      <Field
        name="newPassword"
        label={words.newPassword}
        about={words.passwordAbout}
        type="password"
        value={newPassword}
        onChange={setNew}
        autoComplete="new-password"
        required
      />
    </Form>
  )
}
