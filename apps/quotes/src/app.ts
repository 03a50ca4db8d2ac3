import { getClient, getClients, postClient, putClient } from './client/routes.ts'
import { config } from './config.ts'
import { QUOTES_ERRORS } from './errors.ts'
import { quoteDrafted, quoteMoved, quoteSent } from './history/events.ts'
import { history } from './history/projection.ts'
import { getHistory } from './history/routes.ts'
import { migrations } from './migrations/index.ts'
import { notify, notifySchedule, sendNotice } from './notice/jobs.ts'
import { pages } from './pages.ts'
import { personalData } from './privacy/rules.ts'
import {
  deleteQuote,
  getQuote,
  getQuotes,
  postAccept,
  postCancel,
  postQuote,
  postRefuse,
  postRequestChanges,
  postSend,
  postSendMany,
  putQuote,
} from './quote/routes.ts'
import { defineApp } from './regie.ts'
import { demo, sample } from './sample.ts'
import { getSeller, putSeller } from './seller/routes.ts'
import { sendingsGoOn } from './sending/check.ts'
import { sendQuote, stuckSending } from './sending/jobs.ts'
import { sendMany } from './sending/workflows.ts'
import { slos } from './slos.ts'
import { weeklySummary, weeklySummarySchedule } from './summary/jobs.ts'

/** Quotes and clients, with reminders that provably run. */
export const quotes = defineApp({
  title: 'Quotes',
  config,
  migrations,
  routes: [
    postClient,
    getClients,
    getClient,
    putClient,
    postQuote,
    getQuotes,
    getQuote,
    putQuote,
    deleteQuote,
    getHistory,
    postSend,
    postSendMany,
    postAccept,
    postRefuse,
    postRequestChanges,
    postCancel,
    getSeller,
    putSeller,
  ],
  jobs: [sendQuote, sendNotice, notify, weeklySummary],
  events: [quoteDrafted, quoteSent, quoteMoved],
  projections: [history],
  workflows: [sendMany],
  reactions: [],
  schedules: [notifySchedule, weeklySummarySchedule],
  personalData,
  stuckOperations: [stuckSending],
  permissions: {
    'client.read': { en: 'See clients', fr: 'Voir les clients' },
    'client.write': { en: 'Add and change clients', fr: 'Ajouter et modifier des clients' },
    'quote.read': { en: 'See quotes', fr: 'Voir les devis' },
    'quote.write': { en: 'Draft quotes and record answers', fr: 'Rédiger des devis et noter les réponses' },
    'quote.send': { en: 'Send quotes to clients', fr: 'Envoyer des devis aux clients' },
    'seller.write': { en: 'Say who sends quotes', fr: 'Dire qui envoie les devis' },
  },
  roles: {
    reader: ['client.read', 'quote.read'],
    seller: ['client.read', 'client.write', 'quote.read', 'quote.write'],
    manager: ['client.read', 'client.write', 'quote.read', 'quote.write', 'quote.send', 'seller.write'],
  },
  checks: [sendingsGoOn],
  slos,
  pages,
  errors: QUOTES_ERRORS,
  sample,
  demo,
})
