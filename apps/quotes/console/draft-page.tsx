import {
  api,
  Choice,
  Field,
  Form,
  Page as Frame,
  Section,
  toast,
  useApi,
  useGoTo,
  useLanguage,
  useSearchText,
  useUnsaved,
  useWords,
} from '@regie/console'
import { useState } from 'react'
import { getClients, postQuotes } from './api.gen.ts'
import { DraftLines, emptyLine } from './draft-lines.tsx'
import { decimalText, totalsOf } from './totals.ts'
import { quoteWords } from './words.ts'

const MOST_CLIENTS = 200

/** A new quote, with what it comes to while it is written. */
export function Page() {
  const words = useWords(quoteWords)
  const goTo = useGoTo()
  const language = useLanguage()
  const [clientId, setClientId] = useSearchText('client')
  const [title, setTitle] = useState('')
  const [notes, setNotes] = useState('')
  const [lines, setLines] = useState([emptyLine()])
  const isWritten =
    title !== '' || notes !== '' || lines.some((line) => line.description !== '' || line.unitPrice !== '')
  const kept = useUnsaved(isWritten)
  const clients = useApi(getClients, { limit: MOST_CLIENTS })
  const { lines: amounts } = totalsOf(lines, language)
  const lacking = lines.findIndex((line, index) => amounts[index] === undefined || line.description.trim() === '')
  const why = [
    [clientId === '', words.needsClient],
    [title.trim() === '', words.needsTitle],
    [lacking >= 0, words.needsLine(String(lacking + 1))],
  ].find(([lacks]) => lacks)?.[1]
  const draft = async (): Promise<void> => {
    const body = {
      clientId,
      title,
      ...(notes !== '' && { notes }),
      lines: lines.map(({ description, quantity, unitPrice, discount, vatRate }) => ({
        description,
        quantity: decimalText(quantity, language),
        unitPrice: decimalText(unitPrice, language),
        discount: decimalText(discount, language),
        vatRate: decimalText(vatRate, language),
      })),
    }
    const { id } = await postQuotes(api, body)
    kept()
    toast({ tone: 'good', text: words.drafted })
    goTo(`/quotes/${id}`)
  }
  return (
    <Frame title={words.newQuote} up={{ to: '/quotes', title: words.quotes }}>
      <Form action={words.draft} why={typeof why === 'string' ? why : undefined} onSubmit={draft}>
        <Section>
          <Choice
            label={words.client}
            value={clientId}
            onChange={setClientId}
            options={[
              { value: '', label: words.chooseClient },
              ...(clients.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name, data: true })),
            ]}
          />
          <Field label={words.subject} value={title} onChange={setTitle} />
          <Field label={words.notes} value={notes} onChange={setNotes} lines={2} />
        </Section>
        <DraftLines lines={lines} onChange={setLines} />
      </Form>
    </Frame>
  )
}
