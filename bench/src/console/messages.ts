/** What the measuring process asks of the server's, and what it is answered. */
export interface Questions {
  /** Fills the store, starts the platform. Answers where it listens, and how the first administrator comes in. */
  start(options: {
    readonly folder: string
    readonly databaseUrl?: string
    readonly runs: number
  }): Promise<{ readonly address: string; readonly setupLink: string; readonly seedSeconds: number }>
  /** Makes a workflow of so many steps. Answers its number. */
  workflow(steps: number): Promise<number>
  /** Enqueues a run that ends at once. Answers its number, and when it was enqueued (milliseconds UTC). */
  touch(mark: string): Promise<{ readonly id: number; readonly at: number }>
  /** Writes so many lines a second into the log. Answers how many were written. */
  flood(options: { readonly perSecond: number; readonly seconds: number }): Promise<number>
}

/** One question on its way. */
export interface Asked {
  readonly number: number
  readonly question: keyof Questions
  readonly given: unknown
}

/** Its answer, or what went wrong. */
export interface Answered {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}
