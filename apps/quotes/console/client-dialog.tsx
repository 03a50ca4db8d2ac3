import { api, Choice, Field, FormDialog, toast, useChange, useWords } from '@regie/console'
import { useState } from 'react'
import { postClients, putClient, type QuotesClient, type QuotesClientInput } from './api.gen.ts'
import { quoteWords } from './words.ts'

const EMPTY = {
  name: '',
  contactName: '',
  email: '',
  phone: '',
  address: '',
  postalCode: '',
  city: '',
  country: 'FR',
  siren: '',
  vatNumber: '',
  language: 'fr',
}
type Typed = typeof EMPTY

/** Adds a client, or changes the one that is given. */
export function ClientDialog({
  client,
  opened,
  onClose,
}: {
  readonly client?: QuotesClient
  readonly opened: boolean
  readonly onClose: () => void
}) {
  const words = useWords(quoteWords)
  const [typed, setTyped] = useState<Typed>(client === undefined ? EMPTY : typedOf(client))
  const save = useChange((input: QuotesClientInput) =>
    client === undefined ? postClients(api, input) : putClient(api, { clientId: client.id, ...input }),
  )
  const set = (change: Partial<Typed>): void => setTyped({ ...typed, ...change })
  const submit = async (): Promise<void> => {
    await save.mutateAsync(givenOf(typed))
    toast({ tone: 'good', text: client === undefined ? words.added : words.saved })
    if (client === undefined) setTyped(EMPTY)
  }
  return (
    <FormDialog
      title={client === undefined ? words.newClient : words.editClient}
      action={client === undefined ? words.add : words.save}
      opened={opened}
      onClose={onClose}
      onSubmit={submit}
      serverChecks
    >
      <Field name="name" label={words.name} value={typed.name} onChange={(name) => set({ name })} required />
      <Field
        name="contactName"
        label={words.contact}
        value={typed.contactName}
        onChange={(contactName) => set({ contactName })}
      />
      <Field name="email" label={words.email} type="email" value={typed.email} onChange={(email) => set({ email })} />
      <Field name="phone" label={words.phone} value={typed.phone} onChange={(phone) => set({ phone })} />
      <Field
        name="address"
        label={words.address}
        value={typed.address}
        onChange={(address) => set({ address })}
        lines={2}
      />
      <Field
        name="postalCode"
        label={words.postalCode}
        value={typed.postalCode}
        onChange={(postalCode) => set({ postalCode })}
      />
      <Field name="city" label={words.city} value={typed.city} onChange={(city) => set({ city })} />
      <Field
        name="country"
        label={words.country}
        about={words.countryAbout}
        value={typed.country}
        onChange={(country) => set({ country: country.toUpperCase() })}
      />
      <Field
        name="siren"
        label={words.siren}
        about={words.sirenAbout}
        value={typed.siren}
        onChange={(siren) => set({ siren })}
      />
      <Field
        name="vatNumber"
        label={words.vatNumber}
        value={typed.vatNumber}
        onChange={(vatNumber) => set({ vatNumber })}
      />
      <Choice
        name="language"
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

function typedOf(client: QuotesClient): Typed {
  const entries = Object.keys(EMPTY).map((name) => [name, client[name as keyof Typed] ?? ''])
  return { ...EMPTY, ...Object.fromEntries(entries) }
}

/** What is empty is not given. */
function givenOf({ name, language, ...rest }: Typed): QuotesClientInput {
  const given = Object.fromEntries(Object.entries(rest).filter(([, text]) => text.trim() !== ''))
  return { name, language: language === 'en' ? 'en' : 'fr', ...given }
}
