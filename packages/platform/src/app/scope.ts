/** What an app's code may assume; each app states its own once, in `src/regie.ts`. */
export interface Scope {
  /** The app's tables, for Kysely. */
  readonly db: object
  /** Its settings, as its `config` schema parses them. */
  readonly config: unknown
  /** Its permissions, as a union of literals such as `'quote.read'`. */
  readonly permission: string
}
