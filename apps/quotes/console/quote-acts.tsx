import {
  Act,
  api,
  complain,
  type IconName,
  toast,
  useChange,
  useConfirm,
  useGoTo,
  useMe,
  useWords,
} from '@regie/console'
import {
  deleteQuote,
  postQuoteAccept,
  postQuoteCancel,
  postQuoteRefuse,
  postQuoteRequestChanges,
  postQuoteSend,
  type QuotesQuoteDetail,
} from './api.gen.ts'
import type { QuoteState } from './model.tsx'
import { quoteWords } from './words.ts'

const OPEN: readonly QuoteState[] = ['sent', 'viewed', 'changes_requested']
const ACTS = {
  accept: postQuoteAccept,
  'request-changes': postQuoteRequestChanges,
  refuse: postQuoteRefuse,
  cancel: postQuoteCancel,
} as const
type Answer = keyof typeof ACTS
const ANSWERS = [
  { act: 'accept', icon: 'check', label: 'accept', title: 'acceptTitle' },
  { act: 'request-changes', icon: 'edit', label: 'changes', title: 'changesTitle' },
  { act: 'refuse', icon: 'cross', label: 'refuse', title: 'refuseTitle' },
] as const satisfies readonly {
  readonly act: Answer
  readonly icon: IconName
  readonly label: string
  readonly title: string
}[]

/** Send it, change it, record the answer, draft another like it, delete or withdraw it. */
export function QuoteActs({ quote }: { readonly quote: QuotesQuoteDetail }) {
  const words = useWords(quoteWords)
  const confirm = useConfirm()
  const { mail } = useMe()
  const send = useChange(() => postQuoteSend(api, { quoteId: quote.id, version: quote.version }))
  const remove = useChange(() => deleteQuote(api, { quoteId: quote.id, version: quote.version }))
  const goTo = useGoTo()
  const act = useChange(({ name, reason }: { readonly name: Answer; readonly reason: string }) =>
    ACTS[name](api, { quoteId: quote.id, ...(reason !== '' && { reason }) }),
  )
  const isOpen = OPEN.includes(quote.status)
  const isDraft = quote.status === 'draft'
  const record = async (name: Answer, title: string): Promise<void> => {
    const answer = await confirm({ title, action: words.record, text: { label: words.reason } })
    if (answer === false) return
    act.mutate(
      { name, reason: answer.text },
      { onSuccess: () => toast({ tone: 'good', text: words.recorded }), onError: complain },
    )
  }
  const order = async (): Promise<void> => {
    const title = words.sendTitle(quote.clientName)
    const body = mail === 'mail' ? words.sendBody : words.sendBodyUnmailed
    if ((await confirm({ title, body, action: words.send })) === false) return
    send.mutate(undefined, {
      onSuccess: ({ delivery }) =>
        toast(delivery === 'mail' ? { tone: 'good', text: words.sent } : { tone: 'calm', text: words.unmailed }),
      onError: complain,
    })
  }
  const drop = async (): Promise<void> => {
    const question = { title: words.deleteTitle, body: words.deleteBody, action: words.deleteDraft, danger: true }
    if ((await confirm(question)) === false) return
    remove.mutate(undefined, {
      onSuccess: () => {
        toast({ tone: 'good', text: words.deleted })
        goTo('/quotes')
      },
      onError: complain,
    })
  }
  return (
    <>
      {isDraft && (
        <Act
          icon="send"
          label={words.send}
          tone="primary"
          permission="quotes.quote.send"
          busy={send.isPending}
          onAct={() => void order()}
        />
      )}
      {isDraft && (
        <Act
          icon="edit"
          label={words.edit}
          permission="quotes.quote.write"
          onAct={() => goTo(`/quotes/${quote.id}/edit`)}
        />
      )}
      {!isDraft &&
        ANSWERS.map(({ act: name, icon, label, title }) => (
          <Act
            key={name}
            icon={icon}
            label={words[label]}
            permission="quotes.quote.write"
            why={isOpen ? undefined : words.notOpen}
            busy={act.isPending}
            onAct={() => void record(name, words[title])}
          />
        ))}
      <Act
        icon="copy"
        label={words.duplicate}
        permission="quotes.quote.write"
        onAct={() => goTo('/quotes/new', { from: quote.id })}
      />
      {isDraft && quote.number === null ? (
        <Act
          icon="cross"
          label={words.deleteDraft}
          tone="danger"
          permission="quotes.quote.write"
          busy={remove.isPending}
          onAct={() => void drop()}
        />
      ) : (
        <Act
          icon="stop"
          label={words.cancel}
          tone="danger"
          permission="quotes.quote.write"
          why={isOpen || isDraft ? undefined : words.closed}
          busy={act.isPending}
          onAct={() => void record('cancel', words.cancelTitle)}
        />
      )}
    </>
  )
}
