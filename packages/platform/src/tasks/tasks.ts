import { guarded, NOBODY } from '../app/by-hand.ts'
import { endOrganisationWork } from '../auth/closing-work.ts'
import { auditRetention } from './audit-retention.ts'
import { logs } from './logs.ts'
import { privacy } from './privacy.ts'
import { stuckOperations } from './stuck-operations.ts'
import type { TaskOptions, Tasks } from './task.ts'
import { temporaryFiles } from './temporary-files.ts'

// What one needs to fire their schedules.
const BY_HAND = 'schedules.manage'

/** The platform's own jobs and schedules, apart from those of the backups. */
export function platformTasks(options: TaskOptions): Tasks {
  const tasks = [
    temporaryFiles(options),
    stuckOperations(options),
    logs(options),
    privacy(options),
    auditRetention(options),
  ]
  const jobs = tasks.flatMap((each) => each.jobs.map((job) => guarded(BY_HAND, job)))
  return {
    // It takes whichever organisation it is given.
    jobs: [guarded(NOBODY, endOrganisationWork), ...jobs],
    schedules: tasks.flatMap(({ schedules }) => schedules),
  }
}
