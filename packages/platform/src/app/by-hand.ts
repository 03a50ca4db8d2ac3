import type { AnyJob, Job } from '@regie/engine'
import { mayDo, type Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { jobByName } from './job-by-name.ts'

/** Of a job that is never started by hand but at the command line of the server: its input says whom it reaches. */
export const NOBODY = 'nobody'

/** A job or workflow, and what it asks for of whoever starts it by hand. */
export interface GuardedJob extends AnyJob {
  /**
   * What one needs besides `runs.manage` to start it by hand, to give a run of it another input, or to send it a signal, by its full
   * name; `nobody` for {@link NOBODY}. Default: nothing.
   */
  readonly permission?: string | undefined
}

/** Asks for a permission of whoever starts a job by hand. */
export function guarded<J extends AnyJob>(permission: string | undefined, job: J): J & GuardedJob {
  return permission === undefined ? job : { ...job, permission }
}

/**
 * A job that this principal may start by hand, with any input. Throws `JOB_UNKNOWN`, and `FORBIDDEN` (403) for who lacks the
 * job's permission, so that `runs.manage` is no way round what others need for the same work.
 */
export function jobByHand(jobs: readonly GuardedJob[], name: string, principal: Principal): Job {
  const job = jobByName(jobs, name)
  const permission = jobs.find((known) => known.name === name)?.permission
  if (permission === NOBODY)
    throw new PlatformError(
      'FORBIDDEN',
      `The job ${name} is the platform's own: it is started, or given another input, at the command line of the server only.`,
      { status: 403, about: { why: 'internal' } },
    )
  if (permission === undefined || mayDo(principal, permission)) return job
  throw new PlatformError(
    'FORBIDDEN',
    `The job ${name} does what needs the permission ${permission}: ask an administrator for it.`,
    { status: 403, about: { why: 'permission', permission } },
  )
}
