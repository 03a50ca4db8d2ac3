import { Act, api, complain, type IconName, toast, useChange, useConfirm, useMe, useWords } from '@regie/console'
import {
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

/** Send it, record the answer, withdraw it. */
export function QuoteActs({ quote }: { readonly quote: QuotesQuoteDetail }) {
  const words = useWords(quoteWords)
  const confirm = useConfirm()
  const { mail } = useMe()
  const send = useChange(() => postQuoteSend(api, { quoteId: quote.id }))
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
        icon="stop"
        label={words.cancel}
        tone="danger"
        permission="quotes.quote.write"
        why={isOpen || isDraft ? undefined : words.closed}
        busy={act.isPending}
        onAct={() => void record('cancel', words.cancelTitle)}
      />
    </>
  )
}
