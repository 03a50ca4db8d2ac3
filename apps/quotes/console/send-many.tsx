import {
  Act,
  api,
  common,
  complain,
  Go,
  isEnded,
  type RunState,
  toast,
  useChange,
  useConfirm,
  useFigures,
  useMay,
  useMe,
  useRunState,
  useWords,
} from '@regie/console'
import { type ReactNode, useState } from 'react'
import { postQuotesSendMany, type QuotesQuote } from './api.gen.ts'
import styles from './draft.module.css'
import { quoteWords } from './words.ts'

// The API takes no more at once.
const MOST = 200

/** A sending of many that has begun. */
export interface Begun {
  /** The workflow. */
  readonly run: number
  readonly quoteIds: readonly string[]
}

const NONE: ReadonlySet<string> = new Set()
// Whoever leaves the page and comes back finds it again, and nobody else in the same window does.
let latest: { readonly org: string; readonly by: string; readonly begun: Begun } | undefined

/** The sending of many that was begun here last, and which quotes it has still to send: they are drafts until it comes to them. */
export function useSending() {
  const { org, principal } = useMe()
  const isOwn = latest?.org === org.id && latest.by === principal.id
  const [begun, setBegun] = useState(isOwn ? latest?.begun : undefined)
  const state = useRunState(begun?.run)
  const waiting = begun === undefined || (state !== undefined && isEnded(state)) ? NONE : new Set(begun.quoteIds)
  const begin = (next: Begun): void => {
    latest = { org: org.id, by: principal.id, begun: next }
    setBegun(next)
  }
  return { begun, state, waiting, begin }
}

/** Leads to a sending of many, and says when it ended otherwise than expected. */
export function Watch({ run, quoteIds, state }: Begun & { readonly state: RunState | undefined }) {
  const words = useWords(quoteWords)
  const figures = useFigures()
  const mayWatch = useMay('runs.read')
  return (
    <div className={styles.tools}>
      <Go to={`/${mayWatch ? 'workflows' : 'runs'}/${run}`}>{words.watchSending(figures.count(quoteIds.length))}</Go>
      <span role="status">
        {state === 'cancelled' && words.sendingCancelled}
        {(state === 'failed' || state === 'expired') && words.sendingFailed}
      </span>
    </div>
  )
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
          toast(
            mail === 'mail'
              ? { tone: 'good', text: words.sendManyBegun(count) }
              : { tone: 'calm', text: words.sendManyUnmailed(count) },
          )
          onBegun({ run: runId, quoteIds: ready.map(({ id }) => id) })
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
