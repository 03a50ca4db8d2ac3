import { join } from 'node:path'
import type { AnyJob, QueueOptions } from '@regie/engine'
import type { BackupTaskOptions } from '../backup/tasks.ts'
import type { Config } from '../config/config.ts'
import { QUEUE_CONCURRENCY } from '../queue/concurrency.ts'

/** Every queue that a job names exists, and is fair: one organisation with a million runs does not make the others wait for them. */
export function queuesOf(jobs: readonly AnyJob[]): Readonly<Record<string, QueueOptions>> {
  const names = jobs.flatMap(({ definition: { queue = 'default' } }) => queue)
  return Object.fromEntries(['default', ...names].map((name) => [name, { fair: true, concurrency: QUEUE_CONCURRENCY }]))
}

/** Where backups are, and how long they stay. */
export function backupOptions({ dataDir, keep, org }: Config): BackupTaskOptions {
  return {
    backupDir: backupsIn({ dataDir }),
    keep: { daily: keep.dailyBackups, weekly: keep.weeklyBackups, monthly: keep.monthlyBackups },
    timeZone: org.timeZone,
  }
}

/** The folder of the backups. */
export function backupsIn({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'backups')
}
