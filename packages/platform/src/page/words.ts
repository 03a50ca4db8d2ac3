import type { RunState, SlotOutcome } from '@regie/engine'
import type { Severity } from '../alert/alert.ts'
import { english } from './words-en.ts'
import { french } from './words-fr.ts'

/** The languages of the page. */
export type Language = 'en' | 'fr'

/** Every word of the page in one language. */
export interface Words {
  readonly skip: string
  readonly live: string
  readonly staleSince: string
  readonly refreshes: string
  readonly language: string
  readonly figures: string
  readonly running: string
  readonly waiting: string
  readonly openAlerts: string
  readonly nextTask: string
  readonly none: string
  readonly schedules: string
  readonly schedulesCaption: string
  readonly schedule: string
  readonly nextSlot: string
  readonly lastSlot: string
  readonly noSlot: string
  readonly never: string
  readonly paused: string
  readonly undeclared: string
  readonly noSchedules: string
  readonly runs: string
  readonly runsCaption: string
  readonly job: string
  readonly state: string
  readonly when: string
  readonly took: string
  readonly attempt: string
  readonly noRuns: string
  readonly queues: string
  readonly queuesCaption: string
  readonly queue: string
  readonly queued: string
  readonly scheduled: string
  readonly blocked: string
  readonly oldest: string
  readonly noQueues: string
  readonly alerts: string
  readonly alertsCaption: string
  readonly alert: string
  readonly raised: string
  readonly times: (count: number) => string
  readonly noAlerts: string
  /** The titles of the platform's own alerts, by what their key begins with; the others are shown as they were raised. */
  readonly alertTitles: Readonly<Record<string, (name: string) => string>>
  /** What is wrong when a readiness check fails, by its name. */
  readonly checks: Readonly<Record<string, string>>
  readonly backups: string
  readonly backupsCaption: string
  readonly backupKind: string
  readonly newest: string
  readonly kept: string
  readonly size: string
  readonly damaged: (count: number) => string
  readonly noBackups: (program: string) => string
  readonly tryDemo: string
  readonly timesIn: (zone: string) => string
  readonly machines: string
  readonly states: Readonly<Record<RunState, string>>
  readonly outcomes: Readonly<Record<SlotOutcome, string>>
  readonly severities: Readonly<Record<Severity, string>>
  readonly kinds: Readonly<Record<string, string>>
}

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return language === 'fr' ? french : english
}

/** The language asked for by `?lang=`, else the first of Accept-Language that there is, else the organisation's. */
export function languageOf(asked: string | undefined, accept: string, fallback: Language): Language {
  if (asked === 'en' || asked === 'fr') return asked
  const wanted = accept
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters
        .map((parameter) => /^\s*q=([\d.]+)/.exec(parameter)?.[1])
        .find((value) => value !== undefined)
      return { language: tag.split('-')[0], quality: Number(quality ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ language }) => language)
    .find((language) => language === 'en' || language === 'fr')
  return wanted === 'en' || wanted === 'fr' ? wanted : fallback
}
