import type { Slo } from '@regie/platform'
import { getQuotes, postSend } from './quote/routes.ts'
import { sendQuote } from './sending/jobs.ts'

/** What Quotes promises to whoever sells with it. */
export const slos: readonly Slo[] = [
  {
    name: 'list-answers',
    about: 'The list of quotes is there before anybody wonders.',
    of: getQuotes,
    objective: 0.99,
    within: '500ms',
    window: '30d',
  },
  {
    name: 'send-answers',
    about: 'Sending a quote answers at once; the mail follows.',
    of: postSend,
    objective: 0.99,
    within: '250ms',
    window: '30d',
  },
  {
    name: 'quotes-arrive',
    about: 'A quote that is sent is with the e-mail server five minutes later.',
    of: sendQuote,
    objective: 0.99,
    within: '5m',
    window: '30d',
  },
]
