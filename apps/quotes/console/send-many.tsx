import {
  Act,
  api,
  common,
  complain,
  Go,
  toast,
  useChange,
  useConfirm,
  useFigures,
  useMay,
  useMe,
  useWords,
} from '@regie/console'
import type { ReactNode } from 'react'
import { postQuotesSendMany, type QuotesQuote } from './api.gen.ts'
import styles from './draft.module.css'
import { quoteWords } from './words.ts'

// The API takes no more at once.
const MOST = 200

/** A sending of many that has begun. */
export interface Begun {
  /** The workflow. */
  readonly run: number
  readonly count: number
}

/** Leads to a sending of many. */
export function Watch({ run, count }: Begun) {
  const words = useWords(quoteWords)
  const figures = useFigures()
  const mayWatch = useMay('runs.read')
  return <Go to={`/${mayWatch ? 'workflows' : 'runs'}/${run}`}>{words.watchSending(figures.count(count))}</Go>
}

/** Sends the drafts that were chosen, after one question. */
export function SendMany({
  shown,
  chosen,
  onBegun,
}: {
  /** How many quotes the list shows. */
  readonly shown: number
  readonly chosen: readonly QuotesQuote[]
  readonly onBegun: (begun: Begun) => void
}) {
  const words = { ...useWords(common), ...useWords(quoteWords) }
  const figures = useFigures()
  const confirm = useConfirm()
  const { mail } = useMe()
  const send = useChange((quoteIds: string[]) => postQuotesSendMany(api, { quoteIds }))
  const ready = chosen.filter(({ clientHasEmail }) => clientHasEmail)
  const unready = chosen.filter(({ clientHasEmail }) => !clientHasEmail)
  const count = figures.count(ready.length)
  const order = async (): Promise<void> => {
    const question = {
      title: words.sendManyTitle(count),
      body: (
        <>
          <p>{mail === 'mail' ? words.sendManyBody : words.sendManyBodyUnmailed}</p>
          {unready.length > 0 && (
            <div className={styles.apart}>
              <p>{words.unsendable(figures.count(unready.length))}</p>
              <Quotes quotes={unready} />
            </div>
          )}
        </>
      ),
      action: words.sendMany(count),
      count: ready.length,
    }
    if ((await confirm(question)) === false) return
    send.mutate(
      ready.map(({ id }) => id),
      {
        onSuccess: ({ runId }) => {
          toast({ tone: 'good', text: words.sendManyBegun(count) })
          onBegun({ run: runId, count: ready.length })
        },
        onError: complain,
      },
    )
  }
  if (chosen.length > 0)
    return (
      <div className={styles.tools}>
        <span role="status">{words.chosen(figures.count(chosen.length))}</span>
        <Act
          icon="send"
          label={words.sendMany(count)}
          tone="primary"
          busy={send.isPending}
          why={
            ready.length === 0
              ? words.noneSendable
              : ready.length > MOST
                ? words.tooMany(figures.count(MOST))
                : undefined
          }
          onAct={() => void order()}
        />
      </div>
    )
  return <span className="soft">{words.rows(figures.count(shown))}</span>
}

const LISTED = 8

function Quotes({ quotes }: { readonly quotes: readonly QuotesQuote[] }): ReactNode {
  return (
    <ul translate="no">
      {quotes.slice(0, LISTED).map(({ id, title, clientName }) => (
        <li key={id}>
          {title} · {clientName}
        </li>
      ))}
      {quotes.length > LISTED && <li>…</li>}
    </ul>
  )
}
