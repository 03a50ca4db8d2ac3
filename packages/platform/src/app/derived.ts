import { join } from 'node:path'
import type { QueueOptions } from '@regie/engine'
import type { BackupTaskOptions } from '../backup/tasks.ts'
import type { Config } from '../config/config.ts'
import { queueNames } from '../config/queues.ts'
import type { AnyApp } from './app.ts'

/** How a queue is worked in this process. */
export type WorkedQueues = Readonly<Record<string, Required<QueueOptions>>>

/** Every queue, also those of apps that are switched off: as its app declares it, and before that as the operator says. */
export function queuesOf(apps: readonly AnyApp[], { queues }: Pick<Config, 'queues'>): WorkedQueues {
  const declared = Object.assign({}, ...apps.map((app) => app.queues)) as Readonly<Record<string, QueueOptions>>
  return Object.fromEntries(
    queueNames(apps).map((name) => {
      const [own, ofApp] = [queues[name], declared[name]]
      // Fair: one organisation with a million runs does not make the others wait for them.
      const fair = own?.fair ?? ofApp?.fair ?? true
      return [name, { fair, concurrency: own?.concurrency ?? ofApp?.concurrency ?? 10 }]
    }),
  )
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
