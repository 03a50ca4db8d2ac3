import { ApiError, Choice, Field, Form, Section, useApi, useLanguage, useUnsaved, useWords } from '@regie/console'
import { type ReactNode, useState } from 'react'
import { getClients, type PostQuotesInput, type QuotesQuoteDetail } from './api.gen.ts'
import { type DraftLine, DraftLines, emptyLine } from './draft-lines.tsx'
import { decimalText, FIGURES, wrongFigures } from './totals.ts'
import { quoteWords } from './words.ts'

const MOST_CLIENTS = 200

/** A draft as it is typed. */
export interface TypedDraft {
  readonly clientId: string
  readonly title: string
  readonly notes: string
  /** Empty: as the settings say. */
  readonly validityDays: string
  readonly lines: readonly DraftLine[]
}

/** A draft to be filled in. */
export function emptyDraft(clientId: string): TypedDraft {
  return { clientId, title: '', notes: '', validityDays: '', lines: [emptyLine()] }
}

/** What a quote says, to be changed or drafted anew. */
export function typedOf(quote: QuotesQuoteDetail, language: string): TypedDraft {
  const typed = (text: string): string => (language === 'fr' ? text.replace('.', ',') : text)
  return {
    clientId: quote.clientId,
    title: quote.title,
    notes: quote.notes ?? '',
    validityDays: String(quote.validityDays),
    lines: quote.lines.map(({ netCents: _, ...line }) => ({
      ...line,
      key: crypto.randomUUID(),
      quantity: typed(line.quantity),
      unitPrice: typed(line.unitPrice),
      discount: typed(line.discount),
      vatRate: typed(line.vatRate),
    })),
  }
}

/** The form of a draft, with what it comes to while it is written. */
export function DraftForm({
  initial,
  currency,
  action,
  onWrite,
  onSave,
  children,
}: {
  readonly initial: TypedDraft
  /** Absent: as the settings say, which the server knows. */
  readonly currency?: QuotesQuoteDetail['currency']
  /** On the button. */
  readonly action: string
  /** Something was typed. */
  readonly onWrite?: () => void
  /** `kept`: from now on the page may be left. */
  readonly onSave: (draft: PostQuotesInput, kept: () => void) => Promise<void>
  /** Stands above the fields. */
  readonly children?: ReactNode
}) {
  const words = useWords(quoteWords)
  const language = useLanguage()
  const [draft, setDraft] = useState(initial)
  const set = (change: Partial<TypedDraft>): void => {
    setDraft({ ...draft, ...change })
    onWrite?.()
  }
  const kept = useUnsaved(JSON.stringify(draft) !== JSON.stringify(initial))
  const clients = useApi(getClients, { limit: MOST_CLIENTS })
  // Nothing more is made for whoever was forgotten.
  const offered = (clients.data?.items ?? []).filter(
    (each) => each.anonymisedAt === null || each.id === initial.clientId,
  )
  const why = useLack(draft)
  return (
    <Form action={action} why={why} onSubmit={() => onSave(inputOf(draft, currency, language), kept)}>
      {children}
      <Section>
        <Choice
          name="clientId"
          label={words.client}
          value={draft.clientId}
          onChange={(clientId) => set({ clientId })}
          options={[
            { value: '', label: words.chooseClient },
            ...offered.map(({ id, name }) => ({ value: id, label: name, data: true })),
          ]}
        />
        <Field name="title" label={words.subject} value={draft.title} onChange={(title) => set({ title })} />
        <Field
          name="validityDays"
          label={words.validityDays}
          about={words.validityAbout}
          type="number"
          value={draft.validityDays}
          onChange={(validityDays) => set({ validityDays })}
        />
        <Field name="notes" label={words.notes} value={draft.notes} onChange={(notes) => set({ notes })} lines={2} />
      </Section>
      <DraftLines lines={draft.lines} currency={currency} onChange={(lines) => set({ lines })} />
    </Form>
  )
}

/** What is still missing or wrong, in a sentence. */
function useLack({ clientId, title, lines }: TypedDraft): string | undefined {
  const words = useWords(quoteWords)
  const language = useLanguage()
  if (clientId === '') return words.needsClient
  if (title.trim() === '') return words.needsTitle
  for (const [index, line] of lines.entries()) {
    const number = String(index + 1)
    const [wrong] = wrongFigures(line, language).keys()
    if (wrong !== undefined) return words.mendLine(number, words[wrong])
    const missing = (['description', ...FIGURES] as const).filter((name) => line[name].trim() === '')
    if (missing.length > 0) return words.needsLine(number, missing.map((name) => words[name]).join(', '))
  }
  return undefined
}

function inputOf(
  draft: TypedDraft,
  currency: QuotesQuoteDetail['currency'] | undefined,
  language: string,
): PostQuotesInput {
  const { clientId, title, notes, validityDays, lines } = draft
  return {
    clientId,
    title,
    ...(currency !== undefined && { currency }),
    ...(notes !== '' && { notes }),
    ...(validityDays !== '' && { validityDays: Number(validityDays) }),
    lines: lines.map(({ description, unit, quantity, unitPrice, discount, vatRate }) => ({
      description,
      ...(unit.trim() !== '' && { unit }),
      quantity: decimalText(quantity, language),
      unitPrice: decimalText(unitPrice, language),
      discount: decimalText(discount, language),
      vatRate: decimalText(vatRate, language),
    })),
  }
}

/** Whether somebody else has changed the quote meanwhile. */
export function isChanged(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'QUOTE_CHANGED'
}
