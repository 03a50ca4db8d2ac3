import type { Trouble } from '@regie/engine'
import type { AlertInput } from './alert.ts'

/** What a person is told of the engine's trouble: what happened, and the command that shows or mends it, as `program` is typed here. */
export function troubleToAlert(trouble: Trouble, program: string): AlertInput {
  if (trouble.kind === 'run-failed') {
    return {
      key: `job:${trouble.job}`,
      severity: 'critical',
      title: `The job ${trouble.job} failed`,
      detail: `${trouble.error}\nSee it with "${program} jobs show ${trouble.runId}"; once the cause is gone, "${program} jobs retry ${trouble.runId}".`,
      org: trouble.org,
      code: 'job-failed',
      about: { job: trouble.job, runId: trouble.runId, error: said(trouble.error) },
      link: `/runs/${trouble.runId}`,
    }
  }
  if (trouble.kind === 'slot-missed') {
    const slot = new Date(trouble.slot).toISOString()
    const count = trouble.missed === 1 ? 'one slot' : `${trouble.missed} slots`
    return {
      key: `schedule:${trouble.schedule}`,
      severity: 'critical',
      title: `The schedule ${trouble.schedule} missed ${count}`,
      detail: `The last one was due at ${slot}, while no scheduler ran. Run it now with "${program} schedules run ${trouble.schedule}".`,
      code: 'slot-missed',
      about: { schedule: trouble.schedule, missed: trouble.missed, slot },
      link: `/schedules/${trouble.schedule}`,
    }
  }
  if (trouble.kind === 'schedule-failed') {
    return {
      key: `schedule:${trouble.schedule}`,
      severity: 'critical',
      title: `The schedule ${trouble.schedule} could not be fired`,
      detail: `${trouble.error}\nIt is tried again every ten seconds. "${program} doctor" checks the database and the processes.`,
      code: 'schedule-failed',
      about: { schedule: trouble.schedule, error: said(trouble.error) },
      link: `/schedules/${trouble.schedule}`,
    }
  }
  if (trouble.kind === 'projection-failed') {
    return {
      key: `projection:${trouble.projection}`,
      severity: 'critical',
      title: `The projection ${trouble.projection} has stopped`,
      detail: `It cannot apply the event ${trouble.position}: ${trouble.error}\nOnce the cause is gone, "${program} projections resume ${trouble.projection}".`,
      code: 'projection-stopped',
      about: { projection: trouble.projection, position: trouble.position, error: said(trouble.error) },
      link: '/projections',
    }
  }
  return {
    key: 'store',
    severity: 'critical',
    title: 'The database does not answer',
    detail: `${trouble.error}\n"${program} doctor" checks the database, the disk and the processes.`,
    code: 'database-silent',
    about: { error: said(trouble.error) },
    link: '/',
  }
}

// The detail has the rest.
const LONGEST_ERROR = 2_000

function said(error: string): string {
  return error.slice(0, LONGEST_ERROR)
}
