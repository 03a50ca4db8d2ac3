import type { RunState } from '@regie/engine'

/** Every state of a run that has not ended. */
export const UNENDED = [
  'scheduled',
  'waiting',
  'queued',
  'blocked',
  'parked',
  'running',
] as const satisfies readonly RunState[]
