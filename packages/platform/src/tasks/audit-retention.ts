import { durationMs, job } from '@regie/engine'
import { z } from 'zod'
import { describedSchedule } from '../app/schedule.ts'
import type { AuditPruned } from '../audit/prune.ts'
import { spellDuration } from './spell-duration.ts'
import type { TaskOptions, Tasks } from './task.ts'

/** Removes what the audit log has kept longer than `REGIE_KEEP_AUDIT`; nightly. Without that setting there is no such task. */
export function auditRetention({ config, audit }: Pick<TaskOptions, 'config' | 'audit'>): Tasks {
  const { audit: kept } = config.keep
  if (kept === undefined) return { jobs: [], schedules: [] }
  const prune = job({
    name: 'cleanup.audit',
    input: z.object({}),
    timeout: '30m',
    retry: { attempts: 3, base: '1m' },
    run: (context): Promise<AuditPruned> => audit.prune(context.clock.now() - durationMs(kept), config.org.id),
  })
  return {
    jobs: [prune],
    schedules: [
      describedSchedule({
        name: 'cleanup.audit',
        job: prune,
        input: {},
        cron: '50 3 * * *',
        timeZone: config.org.timeZone,
        catchUp: { within: '20h', max: 1 },
        description: {
          en: `Removes entries of the audit log older than ${spellDuration(kept, 'en')}`,
          fr: `Supprime les entrées du journal d’audit au-delà de ${spellDuration(kept, 'fr')}`,
        },
      }),
    ],
  }
}
