import { useState } from 'react'
import { patchMe } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Field, Form } from '../kit/form.tsx'
import { toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import { accountWords } from './words.ts'

/** What one is called. */
export function NameForm({ name }: { readonly name: string }) {
  const words = useWords(accountWords)
  const [typed, setTyped] = useState(name)
  const rename = useChange(() => patchMe(api, { name: typed }))
  const submit = async (): Promise<void> => {
    await rename.mutateAsync()
    toast({ tone: 'good', text: words.saved })
  }
  return (
    <Form action={words.save} onSubmit={submit} why={typed.trim() === name ? words.unchanged : undefined}>
      <Field name="name" label={words.name} value={typed} onChange={setTyped} required autoComplete="name" />
    </Form>
  )
}
