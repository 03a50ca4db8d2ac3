import type { Migration } from 'kysely/migration'
import { quotes } from './0001-quotes.ts'
import { version } from './0002-version.ts'
import { seller } from './0003-seller.ts'

/** The migrations of Quotes, applied in key order. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-quotes': quotes,
  '0002-version': version,
  '0003-seller': seller,
}
