import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { durationMs, job } from '@regie/engine'
import { z } from 'zod'
import { describedSchedule } from '../app/schedule.ts'
import { spellDuration } from './spell-duration.ts'
import { type Swept, sum, sweep } from './sweep.ts'
import type { TaskOptions, Tasks } from './task.ts'

/** What `cleanup.temporary-files` did. */
export interface TemporaryFilesResult extends Swept {
  /** The folders that were swept, below the data directory. */
  readonly swept: readonly string[]
}

/** Removes what nobody touched for a day (`REGIE_KEEP_TEMPORARY_FILES`) from `tmp` and from each app's `tmp`; hourly. */
export function temporaryFiles({ config }: Pick<TaskOptions, 'config'>): Tasks {
  const clean = job({
    name: 'cleanup.temporary-files',
    input: z.object({}),
    timeout: '10m',
    retry: { attempts: 3, base: '30s' },
    async run(context): Promise<TemporaryFilesResult> {
      const before = context.clock.now() - durationMs(config.keep.temporaryFiles)
      const folders = await temporaryFolders(config.dataDir)
      let total: Swept = { files: 0, folders: 0, bytes: 0, failed: [] }
      for (const folder of folders) {
        total = sum(total, await sweep({ folder: join(config.dataDir, folder), before, signal: context.signal }))
      }
      if (total.failed.length > 0)
        context.log.warn({ failed: total.failed }, 'some temporary files could not be removed')
      return { ...total, swept: folders }
    },
  })
  return {
    jobs: [clean],
    schedules: [
      describedSchedule({
        name: 'cleanup.temporary-files',
        job: clean,
        input: {},
        cron: '5 * * * *',
        timeZone: config.org.timeZone,
        jitter: '2m',
        description: {
          en: `Removes temporary files untouched for ${spellDuration(config.keep.temporaryFiles, 'en')}`,
          fr: `Supprime les fichiers temporaires inchangés depuis ${spellDuration(config.keep.temporaryFiles, 'fr')}`,
        },
      }),
    ],
  }
}

async function temporaryFolders(dataDir: string): Promise<readonly string[]> {
  const apps = await readdir(join(dataDir, 'apps'), { withFileTypes: true }).catch(() => [])
  return ['tmp', ...apps.filter((entry) => entry.isDirectory()).map(({ name }) => join('apps', name, 'tmp'))]
}
