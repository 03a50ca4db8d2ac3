import {
  Act,
  Answered,
  api,
  Page as Frame,
  Section,
  State,
  toast,
  useApi,
  useGoTo,
  useLanguage,
  usePathText,
  useWords,
} from '@regie/console'
import { useState } from 'react'
import { getQuote, putQuote, type QuotesQuoteDetail } from './api.gen.ts'
import styles from './draft.module.css'
import { DraftForm, isChanged, typedOf } from './draft-form.tsx'
import { quoteWords } from './words.ts'

/** A draft, to be changed. */
export function Page() {
  const words = useWords(quoteWords)
  const quoteId = usePathText('quoteId')
  const query = useApi(getQuote, { quoteId })
  return (
    <Frame title={words.editQuote} up={{ to: `/quotes/${quoteId}`, title: words.quotes }}>
      <Answered query={query}>{(quote) => <Opened latest={quote} />}</Answered>
    </Frame>
  )
}

function Opened({ latest }: { readonly latest: QuotesQuoteDetail }) {
  const words = useWords(quoteWords)
  const goTo = useGoTo()
  // From the first letter on: what comes later does not take away what is being typed.
  const [held, setHeld] = useState<QuotesQuoteDetail>()
  const read = held ?? latest
  if (read.status !== 'draft')
    return (
      <State
        icon="lock"
        tone="warn"
        title={words.notDraft}
        action={<Act label={words.duplicate} onAct={() => goTo('/quotes/new', { from: read.id })} />}
      >
        {words.notDraftNext}
      </State>
    )
  return <Edit key={read.version} read={read} onHold={setHeld} />
}

function Edit({
  read,
  onHold,
}: {
  readonly read: QuotesQuoteDetail
  /** Changes this version from now on; another one than before begins the form anew. */
  readonly onHold: (quote: QuotesQuoteDetail) => void
}) {
  const words = useWords(quoteWords)
  const language = useLanguage()
  const goTo = useGoTo()
  const [initial] = useState(() => typedOf(read, language))
  // Of somebody else, since this one was read.
  const [newer, setNewer] = useState<QuotesQuoteDetail>()
  return (
    <DraftForm
      initial={initial}
      onWrite={() => onHold(read)}
      currency={read.currency}
      action={newer === undefined ? words.save : words.saveOver}
      onSave={async (draft, kept) => {
        const { version } = newer ?? read
        try {
          await putQuote(api, { ...draft, quoteId: read.id, version })
        } catch (error) {
          if (isChanged(error)) setNewer(await getQuote(api, { quoteId: read.id }))
          throw error
        }
        kept()
        toast({ tone: 'good', text: words.quoteSaved })
        goTo(`/quotes/${read.id}`)
      }}
    >
      {newer !== undefined && (
        <Section title={words.newerTitle}>
          <div className={styles.newer} role="alert">
            <p>{words.newerNext}</p>
            <Act icon="retry" label={words.loadNewer} onAct={() => onHold(newer)} />
          </div>
        </Section>
      )}
    </DraftForm>
  )
}
