import {
  Answered,
  api,
  Page as Frame,
  toast,
  useApi,
  useGoTo,
  useLanguage,
  useSearchText,
  useWords,
} from '@regie/console'
import { getQuote, postQuotes, type QuotesQuoteDetail } from './api.gen.ts'
import { DraftForm, emptyDraft, type TypedDraft, typedOf } from './draft-form.tsx'
import { quoteWords } from './words.ts'

/** A new quote, empty or as another one. */
export function Page() {
  const words = useWords(quoteWords)
  const language = useLanguage()
  const [clientId] = useSearchText('client')
  const [from] = useSearchText('from')
  const query = useApi(getQuote, { quoteId: from }, { enabled: from !== '' })
  return (
    <Frame title={words.newQuote} up={{ to: '/quotes', title: words.quotes }}>
      {from === '' ? (
        <New initial={emptyDraft(clientId)} />
      ) : (
        <Answered query={query}>
          {(quote) => <New initial={typedOf(quote, language)} currency={quote.currency} />}
        </Answered>
      )}
    </Frame>
  )
}

function New(form: { readonly initial: TypedDraft; readonly currency?: QuotesQuoteDetail['currency'] }) {
  const words = useWords(quoteWords)
  const goTo = useGoTo()
  return (
    <DraftForm
      {...form}
      action={words.draft}
      onSave={async (draft, kept) => {
        const { id } = await postQuotes(api, draft)
        kept()
        toast({ tone: 'good', text: words.drafted })
        goTo(`/quotes/${id}`)
      }}
    />
  )
}
