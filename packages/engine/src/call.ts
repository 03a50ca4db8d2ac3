import type { EnqueueOptions } from './context.ts'
import type { AnyJob, JobCall } from './job/job.ts'

/** What `enqueue` may be given: a job and its input, or a prepared call; then options. */
export type EnqueueArguments =
  | readonly [job: AnyJob, input: unknown, options?: EnqueueOptions | undefined]
  | readonly [call: JobCall, options?: EnqueueOptions | undefined]

/** The arguments of either form as a call and its options: for whoever wraps `enqueue`. */
export function preparedCall(given: EnqueueArguments): {
  readonly call: JobCall
  readonly options: EnqueueOptions | undefined
} {
  const [first, second, third] = given
  if ('job' in first) return { call: first, options: second as EnqueueOptions | undefined }
  return { call: { job: first, input: second }, options: third }
}
