/** What became of a slot. */
export interface Slot {
  readonly slot: string
  readonly outcome: string
  readonly runId?: number
  readonly handledAt: string
}

/** A schedule as the API shows it. */
export interface Schedule {
  readonly name: string
  readonly job: string
  readonly description?: string
  /** The cron expression or interval in plain words, by language. */
  readonly plain?: { readonly en: string; readonly fr: string }
  readonly cron?: string
  readonly everyMs?: number
  readonly timeZone: string
  readonly jitterMs: number
  readonly overlap: string
  readonly declared: boolean
  readonly pausedAt?: string
  readonly nextSlot?: string
  readonly lastSlot?: Slot
}
