import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { durationMs, job } from '@regie/engine'
import { z } from 'zod'
import { describedSchedule } from '../app/schedule.ts'
import { deleteExpiredKeys } from '../idempotency/store/keys.ts'
import { LOG_FILE } from '../observe/log-file.ts'
import { spellDuration } from './spell-duration.ts'
import type { TaskOptions, Tasks } from './task.ts'

/** What `cleanup.logs` removed. */
export interface LogsResult {
  readonly files: readonly string[]
  readonly bytes: number
  /** Resolved alerts that were old. */
  readonly alerts: number
  /** Silences that were over as long. */
  readonly silences: number
  /** What was decided as long ago about groups of errors that are gone. */
  readonly errors: number
  /** Notifications that were as old. */
  readonly notifications: number
  /** Answers kept for repeated requests, past their 24 h. */
  readonly answers: number
  /** Lines kept with runs that were as old as the files. */
  readonly lines: number
  /** Actions on many runs that nobody had gone on with for a day: ended. */
  readonly bulks: number
  /** Entries of the audit log that were verified, and what was wrong. */
  readonly audit: { readonly entries: number; readonly faults: number; readonly guarded: boolean }
}

const DAY_MS = 86_400_000

/**
 * Removes log files and lines of runs older than `REGIE_KEEP_LOGS`; resolved alerts, silences that are over, notifications, and what was
 * decided about errors that are gone, older than `REGIE_KEEP_ALERTS`; and answers kept for repeated requests; daily. Then it verifies
 * the audit log: what is kept must be whole, and nobody would look at night.
 */
export function logs({
  config,
  alerts,
  audit,
  faults,
  inbox,
  runLogs,
  services,
  bulks,
}: Omit<TaskOptions, 'apps'>): Tasks {
  const clean = job({
    name: 'cleanup.logs',
    input: z.object({}),
    timeout: '30m',
    retry: { attempts: 3, base: '30s' },
    async run(context): Promise<LogsResult> {
      const now = context.clock.now()
      const logsBefore = now - durationMs(config.keep.logs)
      const files = await removeOld(join(config.dataDir, 'logs'), logsBefore)
      const lines = await runLogs.prune(logsBefore)
      const before = now - durationMs(config.keep.alerts)
      const answers = await deleteExpiredKeys(services.engine().database, now)
      const [old, read] = [await alerts.prune(before), await inbox.prune(before)]
      const [silences, errors] = [await alerts.silences.prune(before), await faults.prune(before)]
      const left = await bulks.tidy()
      const removed = { ...files, alerts: old, silences, errors, notifications: read, answers, lines, bulks: left }
      return { ...removed, audit: await verifyAudit({ config, alerts, audit }, context.signal) }
    },
  })
  return {
    jobs: [clean],
    schedules: [
      describedSchedule({
        name: 'cleanup.logs',
        job: clean,
        input: {},
        cron: '40 3 * * *',
        timeZone: config.org.timeZone,
        description: {
          en: `Removes log files older than ${spellDuration(config.keep.logs, 'en')} and resolved alerts older than ${spellDuration(config.keep.alerts, 'en')}, and verifies the audit log`,
          fr: `Supprime les journaux au-delà de ${spellDuration(config.keep.logs, 'fr')} et les alertes résolues au-delà de ${spellDuration(config.keep.alerts, 'fr')}, et vérifie le journal d’audit`,
        },
      }),
    ],
  }
}

/** Reads what is new in the log and a part of the rest, page by page, and alerts when something is wrong with it. */
async function verifyAudit(
  { config, alerts, audit }: Pick<TaskOptions, 'config' | 'alerts' | 'audit'>,
  signal: AbortSignal,
) {
  const { ok, entries, faults, guarded, problems } = await audit.verifyByNight(signal)
  if (!ok || !guarded)
    await alerts.raise({
      key: 'audit:tampered',
      severity: 'critical',
      title: 'The audit log is not whole, or not protected',
      detail: `${faults} faults in ${entries} entries${guarded ? '' : ', and its triggers are gone or switched off'}. ${problems
        .slice(0, 5)
        .map(({ message }) => `${message}.`)
        .join(' ')} "${config.program} audit verify" says more.`,
      code: 'audit-tampered',
      about: { faults, entries },
      link: '/audit',
    })
  return { entries, faults, guarded }
}

/** By the day in the name, not by the time of the file: a copied log is as old as what it tells. */
async function removeOld(folder: string, before: number): Promise<Pick<LogsResult, 'files' | 'bytes'>> {
  const names = await readdir(folder).catch(() => [])
  const old = names.filter((name) => {
    const [, day] = LOG_FILE.exec(name) ?? []
    return day !== undefined && Date.parse(day) + DAY_MS <= before
  })
  const files: string[] = []
  let bytes = 0
  for (const name of old.toSorted()) {
    const path = join(folder, name)
    const info = await lstat(path).catch(() => undefined)
    if (info === undefined || info.isDirectory()) continue
    await rm(path, { force: true })
    files.push(name)
    bytes += info.size
  }
  return { files, bytes }
}
