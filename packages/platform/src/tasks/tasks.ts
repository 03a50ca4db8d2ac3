import { endOrganisationWork } from '../auth/closing-work.ts'
import { auditRetention } from './audit-retention.ts'
import { logs } from './logs.ts'
import { privacy } from './privacy.ts'
import { stuckOperations } from './stuck-operations.ts'
import type { TaskOptions, Tasks } from './task.ts'
import { temporaryFiles } from './temporary-files.ts'

/** The platform's own jobs and schedules, apart from those of the backups. */
export function platformTasks(options: TaskOptions): Tasks {
  const tasks = [
    temporaryFiles(options),
    stuckOperations(options),
    logs(options),
    privacy(options),
    auditRetention(options),
  ]
  return {
    jobs: [endOrganisationWork, ...tasks.flatMap(({ jobs }) => jobs)],
    schedules: tasks.flatMap(({ schedules }) => schedules),
  }
}
