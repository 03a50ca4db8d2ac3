import type { Run, RunDetail, RunState, StoredError } from '@regie/engine'
import { z } from 'zod'
import { instant, isoOf, isoOrNone } from './instant.ts'

/** All states of a run. */
export const RUN_STATES = [
  'scheduled',
  'waiting',
  'queued',
  'blocked',
  'parked',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
] as const satisfies readonly RunState[]

/** What is urgent goes first. */
export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const

/** An error as the API shows it. */
export const storedError = z.object({ code: z.string(), message: z.string(), stack: z.string().optional() })

/** A run as the API shows it. */
export const runView = z.object({
  id: z.int(),
  org: z.string(),
  queue: z.string(),
  job: z.string(),
  priority: z.enum(PRIORITIES),
  state: z.enum(RUN_STATES),
  attempt: z.int(),
  input: z.unknown(),
  tags: z.array(z.string()).readonly(),
  workflow: z.boolean().optional().meta({ description: 'Whether it is a workflow, which has steps.' }),
  createdAt: instant,
  startedAt: instant.optional().meta({ description: 'When a worker took it, while it is running.' }),
  dueAt: instant.optional(),
  endedAt: instant.optional(),
  durationMs: z.number().optional(),
  estimatedMs: z.number().optional(),
  /** Why it ended so; while it is scheduled for its next try, why the one before failed. */
  error: storedError.optional(),
  /** How many attempts its job allows; while it is scheduled for the next one. */
  maxAttempts: z.int().optional(),
  progress: z.object({ percent: z.number(), message: z.string(), at: instant }).optional(),
  parentId: z.int().optional(),
  batchId: z.int().optional(),
  traceId: z.string().optional().meta({ description: 'The W3C trace it was enqueued in.' }),
  cancelRequested: z.boolean().optional(),
})

/** A run with its attempts and its result. */
export const runDetailView = runView.extend({
  attempts: z
    .array(
      z.object({
        attempt: z.int(),
        startedAt: instant,
        endedAt: instant,
        error: storedError,
        /** What it was given, when the run has been given another input since. */
        input: z.unknown().optional(),
      }),
    )
    .readonly(),
  result: z.unknown().optional(),
  own: z.literal(true).optional().meta({ description: 'Whoever asks has started it, and may cancel it.' }),
})

/** Writes a run's instants as the API does. */
export function viewRun(run: Run): z.input<typeof runView> {
  const { createdAt, startedAt, dueAt, endedAt, progress, ...rest } = run
  return {
    ...rest,
    createdAt: isoOf(createdAt),
    ...isoOrNone('startedAt', startedAt),
    ...isoOrNone('dueAt', dueAt),
    ...isoOrNone('endedAt', endedAt),
    ...(progress !== undefined && { progress: { ...progress, at: isoOf(progress.at) } }),
  }
}

/** For whoever may not see runs and started this one: what failed, and not where in the code. */
export function withoutStacks(run: RunDetail): RunDetail {
  const { error, attempts, ...rest } = run
  return {
    ...rest,
    ...(error !== undefined && { error: withoutStack(error) }),
    attempts: attempts.map((attempt) => ({ ...attempt, error: withoutStack(attempt.error) })),
  }
}

function withoutStack({ code, message }: StoredError): StoredError {
  return { code, message }
}

/** The same with its attempts and its result. */
export function viewRunDetail(run: RunDetail): z.input<typeof runDetailView> {
  const attempts = run.attempts.map(({ startedAt, endedAt, ...rest }) => ({
    ...rest,
    startedAt: isoOf(startedAt),
    endedAt: isoOf(endedAt),
  }))
  return { ...viewRun(run), attempts, ...('result' in run && { result: run.result }) }
}
