import type { RunState, SlotOutcome } from '@regie/engine'
import type { Severity } from '../alert/alert.ts'
import { type Html, html } from './html.ts'

/** How a status looks; colour is never alone: each tone has its own sign, and the word stands beside it. */
export type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad'

const SIGNS: Readonly<Record<Tone, Html>> = {
  good: html`<path d="M3.5 8.5l3 3 6-7" />`,
  busy: html`<path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" />`,
  calm: html`<circle cx="8" cy="8" r="5.5" /><path d="M8 5v3l2 1.5" />`,
  warn: html`<path d="M8 2.5l6 11H2zM8 6.5v3M8 11.6v.2" />`,
  bad: html`<path d="M4 4l8 8M12 4l-8 8" />`,
}

/** A sign and a word. */
export function badge(tone: Tone, word: string): Html {
  return html`<span class="badge ${tone}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SIGNS[tone]}</svg>${word}</span>`
}

/** The tone of a run's state. */
export const STATE_TONES: Readonly<Record<RunState, Tone>> = {
  scheduled: 'calm',
  waiting: 'calm',
  queued: 'calm',
  blocked: 'calm',
  parked: 'warn',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'warn',
  expired: 'warn',
}

/** The tone of a slot's outcome. */
export const OUTCOME_TONES: Readonly<Record<SlotOutcome, Tone>> = {
  fired: 'good',
  late: 'warn',
  queued: 'calm',
  skipped: 'warn',
  missed: 'bad',
  manual: 'good',
}

/** The tone of an alert. */
export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = { info: 'calm', warning: 'warn', critical: 'bad' }
