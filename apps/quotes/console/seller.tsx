import { Act, api, Choice, Field, FormDialog, toast, useApi, useChange, useWords } from '@regie/console'
import { useState } from 'react'
import { getSeller, putSeller, type QuotesSeller } from './api.gen.ts'
import { quoteWords } from './words.ts'

const PERMISSION = 'quotes.seller.write'

/** Says who sells in the organisation; without that nothing is sent. */
export function SellerAct() {
  const words = useWords(quoteWords)
  const query = useApi(getSeller, {})
  const [opened, setOpened] = useState(false)
  if (query.data === undefined) return null
  const { seller } = query.data
  return (
    <>
      <Act
        icon="users"
        label={seller === null ? words.saySeller : words.seller}
        permission={PERMISSION}
        onAct={() => setOpened(true)}
      />
      {opened && <SellerDialog seller={seller} onClose={() => setOpened(false)} onSaved={query.refetch} />}
    </>
  )
}

function SellerDialog({
  seller,
  onClose,
  onSaved,
}: {
  readonly seller: QuotesSeller | null
  readonly onClose: () => void
  readonly onSaved: () => void
}) {
  const words = useWords(quoteWords)
  const [name, setName] = useState(seller?.name ?? '')
  const [email, setEmail] = useState(seller?.email ?? '')
  const [summaryRecipient, setSummaryRecipient] = useState(seller?.summaryRecipient ?? '')
  const [language, setLanguage] = useState<string>(seller?.language ?? 'fr')
  const save = useChange((input: Parameters<typeof putSeller>[1]) => putSeller(api, input))
  const submit = async (): Promise<void> => {
    await save.mutateAsync({
      name,
      email,
      ...(summaryRecipient.trim() !== '' && { summaryRecipient }),
      language: language === 'en' ? 'en' : 'fr',
    })
    onSaved()
    toast({ tone: 'good', text: words.sellerSaved })
  }
  return (
    <FormDialog
      title={words.sellerTitle}
      action={words.save}
      opened
      onClose={onClose}
      onSubmit={submit}
      permission={PERMISSION}
    >
      <Field
        name="name"
        label={words.sellerName}
        about={words.sellerNameAbout}
        value={name}
        onChange={setName}
        required
      />
      <Field
        name="email"
        type="email"
        label={words.sellerEmail}
        about={words.sellerEmailAbout}
        value={email}
        onChange={setEmail}
        required
      />
      <Field
        name="summaryRecipient"
        type="email"
        label={words.summaryRecipient}
        about={words.summaryAbout}
        value={summaryRecipient}
        onChange={setSummaryRecipient}
      />
      <Choice
        name="language"
        label={words.sellerLanguage}
        value={language}
        onChange={setLanguage}
        options={[
          { value: 'fr', label: words.languages.fr },
          { value: 'en', label: words.languages.en },
        ]}
      />
    </FormDialog>
  )
}
