import { durationMs, job, type Logger } from '@regie/engine'
import { z } from 'zod'
import type { AnyApp, ErasedPersonalData } from '../app/app.ts'
import { contextOf } from '../app/create-services.ts'
import { describedSchedule } from '../app/schedule.ts'
import { type Issue, PlatformError } from '../errors.ts'
import { type PurgedOrganisation, purgeOrganisations } from '../organisation/purge.ts'
import { removeLeftBehind } from './store/left-behind.ts'
import type { TaskOptions, Tasks } from './task.ts'

/** What `privacy.purge` deleted or anonymised. */
export interface PurgeResult {
  /** Rows by kind such as `quotes.client`; 0 when nothing was old enough. */
  readonly rows: Readonly<Record<string, number>>
  readonly total: number
  /** Closed organisations whose time to be restored was over. */
  readonly organisations: readonly PurgedOrganisation[]
}

/**
 * Deletes or anonymises personal data kept longer than its rule allows, with one audit line for each kind, and removes closed organisations
 * whose time is over; nightly.
 */
export function privacy(
  options: Pick<TaskOptions, 'config' | 'apps' | 'services' | 'audit' | 'runLogs' | 'organisations' | 'sweepSessions'>,
): Tasks {
  const { config } = options
  const purge = job({
    name: 'privacy.purge',
    input: z.object({}),
    timeout: '30m',
    retry: { attempts: 3, base: '1m' },
    async run(context): Promise<PurgeResult> {
      // Addresses and browsers of people who are not here any more.
      const ended = await options.sweepSessions()
      if (ended > 0) context.log.info({ sessions: ended }, 'removed sessions that had ended')
      const left = await removeLeftBehind(options.services.engine().database)
      if (Object.values(left).some((rows) => rows > 0)) context.log.info({ ...left }, 'removed what people left behind')
      const { apps, audit, services } = options
      const { clock, log, signal } = context
      const ground = { engine: services.engine(), apps, audit, home: config.org.id, log, signal }
      const personal = purgeAll(options, clock.now(), log)
      // Whatever becomes of the one, the other is done.
      await personal.catch(() => {})
      const organisations = await purgeOrganisations(ground, clock.now())
      const rows = await personal
      await options.runLogs.carryOut()
      return { rows, total: Object.values(rows).reduce((total, count) => total + count, 0), organisations }
    },
  })
  return {
    jobs: [purge],
    schedules: [
      describedSchedule({
        name: 'privacy.purge',
        job: purge,
        input: {},
        cron: '10 3 * * *',
        timeZone: config.org.timeZone,
        catchUp: { within: '20h', max: 1 },
        description: {
          en: 'Deletes or anonymises personal data kept long enough, and what deleted organisations had',
          fr: 'Supprime ou anonymise les données personnelles gardées assez longtemps, et ce qu’avaient les organisations supprimées',
        },
      }),
    ],
  }
}

/** Every kind is tried, whatever becomes of the others; then what failed is thrown as one `PURGE_FAILED`. */
async function purgeAll(options: Pick<TaskOptions, 'apps' | 'services' | 'organisations'>, now: number, log: Logger) {
  const rows: Record<string, number> = {}
  const failures: Issue[] = []
  const organisations = await options.organisations()
  for (const app of options.apps) {
    for (const rule of app.personalData) {
      const path = `${app.id}.${rule.kind}`
      try {
        rows[path] = 0
        for (const org of organisations) rows[path] += await purgeKind(app, rule, { ...options, org }, now, log)
      } catch (err) {
        log.error({ audit: true, err, kind: path }, 'personal data could not be purged')
        failures.push({ path, code: 'failed', message: err instanceof Error ? err.message : String(err) })
      }
    }
  }
  if (failures.length === 0) return rows
  const message = failures.map((failure) => `${failure.path}: ${failure.message}`).join('; ')
  throw new PlatformError('PURGE_FAILED', `personal data could not be purged: ${message}`, { issues: failures })
}

async function purgeKind(
  app: AnyApp,
  rule: ErasedPersonalData,
  { services, org }: Pick<TaskOptions, 'services'> & { readonly org: string },
  now: number,
  log: Logger,
): Promise<number> {
  const { kind, table, purpose, keep, purge } = rule
  const before = now - durationMs(keep, `${app.id}.${kind}`)
  const rows = await purge(contextOf(services, app, org), before)
  const fields = {
    audit: true,
    org,
    kind: `${app.id}.${kind}`,
    table,
    purpose,
    keep,
    before: new Date(before).toISOString(),
    rows,
  }
  log.info(fields, 'personal data purged')
  return rows
}
