import { type IconName, premier, Status, type Tone, useLocale, useWords } from '@regie/console'
import type { QuotesQuote } from './api.gen.ts'
import { quoteWords } from './words.ts'

/** Where a quote stands. */
export type QuoteState = QuotesQuote['status']

const SIGNS: Readonly<Record<QuoteState, readonly [Tone, IconName]>> = {
  draft: ['calm', 'edit'],
  sending: ['busy', 'wait'],
  sent: ['busy', 'send'],
  viewed: ['busy', 'search'],
  changes_requested: ['warn', 'edit'],
  accepted: ['good', 'check'],
  refused: ['bad', 'cross'],
  expired: ['warn', 'clock'],
  superseded: ['calm', 'copy'],
  cancelled: ['calm', 'stop'],
}

/** Where a quote stands, as sign, word and colour. `isOrdered`: a sending will come to it, if it is still a draft. */
export function QuoteStatus({
  state,
  isOrdered = false,
}: {
  readonly state: QuoteState
  readonly isOrdered?: boolean
}) {
  const { states, ordered } = useWords(quoteWords)
  if (isOrdered && state === 'draft')
    return (
      <Status tone="busy" icon="wait">
        {ordered}
      </Status>
    )
  const [tone, icon] = SIGNS[state]
  return (
    <Status tone={tone} icon={icon}>
      {states[state]}
    </Status>
  )
}

/** Whether a text is a state, as those of the history are. */
export function isQuoteState(text: string): text is QuoteState {
  return text in SIGNS
}

/** An amount in cents, as people of this language write it; without its sign while the currency is not known. */
export function Money({ cents, currency }: { readonly cents: number; readonly currency: string | undefined }) {
  const style = currency === undefined ? { minimumFractionDigits: 2 } : ({ style: 'currency', currency } as const)
  return <span translate="no">{new Intl.NumberFormat(useLocale(), style).format(cents / 100)}</span>
}

/** A decimal of the app's API, such as `1.5`, as people of this language write it; with a currency, as a price. */
export function Decimal({
  text,
  currency,
  unit,
}: {
  readonly text: string
  readonly currency?: string
  readonly unit?: string
}) {
  const locale = useLocale()
  const style = currency === undefined ? {} : ({ style: 'currency', currency, minimumFractionDigits: 2 } as const)
  const written = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: 4 }).format(Number(text))
  return (
    <span translate="no">
      {written}
      {unit !== undefined && ` ${unit}`}
    </span>
  )
}

/** A rate in percent, such as `5.5`. */
export function Percent({ text }: { readonly text: string }) {
  const format = new Intl.NumberFormat(useLocale(), { style: 'percent', maximumFractionDigits: 2 })
  return <span translate="no">{format.format(Number(text) / 100)}</span>
}

/** A calendar date, such as `2026-08-31`; `short`: with the month cut, for tables. */
export function Day({ date, short = false }: { readonly date: string; readonly short?: boolean }) {
  const format = new Intl.DateTimeFormat(useLocale(), { dateStyle: short ? 'medium' : 'long', timeZone: 'UTC' })
  return (
    <time translate="no" dateTime={date}>
      {premier(format.format(new Date(`${date}T00:00:00Z`)))}
    </time>
  )
}
