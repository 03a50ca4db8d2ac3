import { type ReactNode, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { accountWords } from './words.ts'

/** Asks for the password once more, of whoever has one, and hands it on. */
export function ProofDialog({
  title,
  about,
  action,
  hasPassword,
  onClose,
  onProof,
  children,
}: {
  readonly title: string
  readonly about: string
  readonly action: string
  readonly hasPassword: boolean
  readonly onClose: () => void
  /** The dialog closes when it resolves. */
  readonly onProof: (proof: { readonly password?: string }) => Promise<void>
  readonly children?: ReactNode
}) {
  const words = useWords(accountWords)
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title={title}
      action={action}
      opened
      onClose={onClose}
      onSubmit={() => onProof(hasPassword ? { password } : {})}
    >
      <p className="soft">{about}</p>
      {children}
      {hasPassword && (
        <Field
          name="password"
          label={words.currentPassword}
          about={words.again}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          required
        />
      )}
    </FormDialog>
  )
}
