export type { StepRow } from './steps.ts'

/** The columns of a step in the order in which both stores write them. */
export const STEP_COLUMNS = [
  'run',
  'name',
  'seq',
  'kind',
  'state',
  'alone',
  'attempt',
  'due',
  'child',
  'started_at',
  'ended_at',
  'result',
  'error',
] as const

/** What a later record of the same step replaces. */
export const STEP_UPDATES = ['state', 'attempt', 'due', 'child', 'ended_at', 'result', 'error']
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')

/**
 * Which steps may still change: open ones into anything, but what waits does not begin to wait again; done ones only by
 * being undone. What is recorded stays true.
 */
export const RECORDABLE = `
  engine_step.state in ('begun', 'retry', 'again')
  or (engine_step.state in ('pending', 'ended') and excluded.state <> 'pending')
  or (engine_step.state in ('done', 'undoing') and excluded.state in ('undoing', 'undone'))`
