import { api, Choice, Field, FormDialog, toast, useChange, useWords } from '@regie/console'
import { useState } from 'react'
import { postClients, type QuotesClientInput } from './api.gen.ts'
import { quoteWords } from './words.ts'

const EMPTY = { name: '', contactName: '', email: '', city: '', language: 'fr' }

/** Adds a client. */
export function ClientDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const words = useWords(quoteWords)
  const [typed, setTyped] = useState(EMPTY)
  const add = useChange((client: QuotesClientInput) => postClients(api, client))
  const set = (change: Partial<typeof EMPTY>): void => setTyped({ ...typed, ...change })
  const submit = async (): Promise<void> => {
    const { name, language, ...rest } = typed
    const given = Object.fromEntries(Object.entries(rest).filter(([, text]) => text.trim() !== ''))
    await add.mutateAsync({ name, language: language === 'en' ? 'en' : 'fr', ...given })
    toast({ tone: 'good', text: words.added })
    setTyped(EMPTY)
  }
  return (
    <FormDialog title={words.newClient} action={words.add} opened={opened} onClose={onClose} onSubmit={submit}>
      <Field label={words.name} value={typed.name} onChange={(name) => set({ name })} required />
      <Field label={words.contact} value={typed.contactName} onChange={(contactName) => set({ contactName })} />
      <Field label={words.email} type="email" value={typed.email} onChange={(email) => set({ email })} />
      <Field label={words.city} value={typed.city} onChange={(city) => set({ city })} />
      <Choice
        label={words.language}
        value={typed.language}
        onChange={(language) => set({ language })}
        options={[
          { value: 'fr', label: words.languages.fr },
          { value: 'en', label: words.languages.en },
        ]}
      />
    </FormDialog>
  )
}
