import { type IconName, Status, type Tone, useLanguage, useWords } from '@regie/console'
import type { QuotesQuote } from './api.gen.ts'
import { quoteWords } from './words.ts'

/** Where a quote stands. */
export type QuoteState = QuotesQuote['status']

const SIGNS: Readonly<Record<QuoteState, readonly [Tone, IconName]>> = {
  draft: ['calm', 'edit'],
  sending: ['busy', 'send'],
  sent: ['busy', 'wait'],
  viewed: ['busy', 'search'],
  changes_requested: ['warn', 'edit'],
  accepted: ['good', 'check'],
  refused: ['bad', 'cross'],
  expired: ['warn', 'clock'],
  superseded: ['calm', 'copy'],
  cancelled: ['calm', 'stop'],
}

/** Where a quote stands, as sign, word and colour. */
export function QuoteStatus({ state }: { readonly state: QuoteState }) {
  const { states } = useWords(quoteWords)
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

/** An amount in cents, as people of this language write it. */
export function Money({ cents, currency }: { readonly cents: number; readonly currency: string }) {
  const language = useLanguage() === 'fr' ? 'fr' : 'en'
  const text = new Intl.NumberFormat(language, { style: 'currency', currency }).format(cents / 100)
  return <span translate="no">{text}</span>
}

/** A moment of the app's API as the kit takes it. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString()
}
