import { useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { accountWords } from './words.ts'

/** A code of the app, or a backup code. */
export type ShownCode = { readonly code: string } | { readonly backupCode: string }

/** Asks for the second factor once more, and hands it on. */
export function CodeDialog({
  title,
  about,
  action,
  onClose,
  onCode,
}: {
  readonly title: string
  readonly about: string
  readonly action: string
  readonly onClose: () => void
  /** The dialog closes when it resolves. */
  readonly onCode: (shown: ShownCode) => Promise<void>
}) {
  const words = useWords(accountWords)
  const [typed, setTyped] = useState('')
  const submit = (): Promise<void> => onCode(shownCode(typed))
  return (
    <FormDialog title={title} action={action} opened onClose={onClose} onSubmit={submit}>
      <p className="soft">{about}</p>
      <Field
        name={codeName(typed)}
        label={words.anyCode}
        value={typed}
        onChange={setTyped}
        autoComplete="one-time-code"
        required
      />
    </FormDialog>
  )
}

/** What was typed, as the server takes it. */
export function shownCode(typed: string): ShownCode {
  const text = typed.replace(/\s/g, '')
  return codeName(typed) === 'code' ? { code: text } : { backupCode: text }
}

/** What the API calls that which was typed: six digits are a code of the app. */
export function codeName(typed: string): 'code' | 'backupCode' {
  return /^\d{6}$/.test(typed.replace(/\s/g, '')) ? 'code' : 'backupCode'
}
