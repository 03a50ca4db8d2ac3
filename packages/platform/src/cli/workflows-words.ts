import type { SignalAddress, WorkflowStep } from '@regie/engine'
import { runId } from './jobs-words.ts'
import type { Tone } from './style.ts'
import { usageError } from './usage.ts'

const TONES: Readonly<Partial<Record<WorkflowStep['state'], Tone>>> = {
  done: 'good',
  failed: 'bad',
  again: 'odd',
  retry: 'odd',
  undoing: 'odd',
  undone: 'quiet',
  abandoned: 'quiet',
}

/** How a step's state is painted. */
export function toneOfStep({ state }: Pick<WorkflowStep, 'state'>): Tone | undefined {
  return TONES[state]
}

/** To whom a signal was typed to go. Throws `INPUT_INVALID`. */
export function addressOf(key: string | undefined, run: string | undefined): SignalAddress {
  if (key !== undefined && run === undefined) return { key }
  if (run !== undefined && key === undefined) return { run: runId(run, 'workflows list') }
  throw usageError('to whom? Give --key, or --run with the number of a run, and not both')
}

/** A value as it was typed in JSON; undefined when it was not. Throws `INPUT_INVALID`. */
export function readJson(typed: string | undefined, option: string): unknown {
  if (typed === undefined) return undefined
  try {
    return JSON.parse(typed)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw usageError(`--${option} is not JSON (${why}): quote it as in --${option} '{"id":1}'`)
  }
}
