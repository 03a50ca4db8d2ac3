import type { Run, RunState } from '@regie/engine'
import type { Tone } from './style.ts'
import { usageError } from './usage.ts'

const TONES: Readonly<Partial<Record<RunState, Tone>>> = {
  succeeded: 'good',
  failed: 'bad',
  expired: 'odd',
  blocked: 'odd',
  parked: 'odd',
  cancelled: 'quiet',
}

/** How a state is painted. */
export function toneOf({ state }: Pick<Run, 'state'>): Tone | undefined {
  return TONES[state]
}

/** The last thing to know of a run: its error, or how far it is. */
export function remarkOf({ error, progress, state, cancelRequested }: Run): string {
  if (cancelRequested === true) return 'is asked to stop'
  if (error !== undefined) return `${error.code}: ${error.message}`
  if (progress === undefined || state !== 'running') return ''
  return `${progress.percent} % ${progress.message}`.trim()
}

/** The id of a run as it was typed; `list` is the command that shows it. Throws `INPUT_INVALID`. */
export function runId(typed: string, list = 'jobs list'): number {
  if (/^\d{1,16}$/.test(typed)) return Number(typed)
  throw usageError(`${JSON.stringify(typed)} is no run: give the number that "${list}" shows`)
}
