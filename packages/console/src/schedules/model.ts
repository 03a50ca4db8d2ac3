import type { Language } from '../i18n/catalogue.ts'

/** What became of a slot. */
export interface Slot {
  readonly slot: string
  readonly outcome: 'fired' | 'late' | 'queued' | 'skipped' | 'missed' | 'manual'
  readonly runId?: number
  readonly handledAt: string
}

interface Translated {
  readonly en: string
  readonly fr: string
}

/** A schedule as the API shows it. */
export interface Schedule {
  readonly name: string
  readonly job: string
  readonly description?: string
  readonly descriptions?: Translated
  /** When it runs, in words. */
  readonly plain: Translated
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

/** What the server says in both languages, in the one that is spoken. */
export function spoken({ en, fr }: Translated, language: Language): string {
  return language === 'fr' ? fr : en
}
