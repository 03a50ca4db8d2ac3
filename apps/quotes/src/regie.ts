import { type AppTransaction, builders, type Context } from '@regie/platform'
import type { Kysely } from 'kysely'
import type { Config } from './config.ts'
import type { QuotesDatabase } from './schema.ts'

/** What the code of Quotes may assume. */
export interface Quotes {
  readonly db: QuotesDatabase
  readonly config: Config
  readonly permission: 'client.read' | 'client.write' | 'quote.read' | 'quote.write' | 'quote.send' | 'seller.write'
}

/** Queries of Quotes, in a transaction or outside. */
export type Db = Kysely<QuotesDatabase>

/** What routes, jobs and sample data are given. */
export type QuotesContext = Context<Quotes>

/** An open transaction of Quotes. */
export type QuotesTransaction = AppTransaction<Quotes>

export const { defineApp, event, job, projection, route, schedule, workflow } = builders<Quotes>('quotes')
