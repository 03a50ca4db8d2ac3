import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { durationMs, job, type Logger } from '@regie/engine'
import { z } from 'zod'
import { contextOf } from '../app/create-services.ts'
import { describedSchedule } from '../app/schedule.ts'
import { appsOn } from '../app/switches.ts'
import { BACKUP_KINDS } from '../backup/manifest.ts'
import { PARTIAL } from '../backup/name.ts'
import { PlatformError } from '../errors.ts'
import type { TaskOptions, Tasks } from './task.ts'

/** What `cleanup.stuck-operations` put right. */
export interface StuckOperationsResult {
  /** How many, by kind such as `quotes.sending`. */
  readonly released: Readonly<Record<string, number>>
  /** Backups that were begun and left, removed. */
  readonly backups: readonly string[]
}

// A backup writes all the time; one that wrote nothing for this long has died.
const BACKUP_STUCK_MS = 6 * 3_600_000

/** Puts right what was begun and left: the apps' stuck operations, and half-written backups; every 15 minutes. */
export function stuckOperations(options: Pick<TaskOptions, 'config' | 'apps' | 'services' | 'organisations'>): Tasks {
  const { config } = options
  const release = job({
    name: 'cleanup.stuck-operations',
    input: z.object({}),
    timeout: '10m',
    retry: { attempts: 3, base: '30s' },
    async run(context): Promise<StuckOperationsResult> {
      const now = context.clock.now()
      const released = await releaseAll(options, now, context.log)
      const backups = await removeHalfWritten(join(config.dataDir, 'backups'), now - BACKUP_STUCK_MS)
      if (backups.length > 0) context.log.warn({ backups }, 'removed backups that were begun and left')
      return { released, backups }
    },
  })
  return {
    jobs: [release],
    schedules: [
      describedSchedule({
        name: 'cleanup.stuck-operations',
        job: release,
        input: {},
        cron: '*/15 * * * *',
        timeZone: config.org.timeZone,
        jitter: '30s',
        description: {
          en: 'Puts right what was begun and left',
          fr: 'Remet en ordre ce qui a été commencé puis abandonné',
        },
      }),
    ],
  }
}

/** Every kind is tried, whatever becomes of the others; then what failed is thrown as one `STUCK_FAILED`. */
async function releaseAll(
  { apps, services, config, organisations }: Pick<TaskOptions, 'config' | 'apps' | 'services' | 'organisations'>,
  now: number,
  log: Logger,
) {
  const released: Record<string, number> = {}
  const orgs = await organisations()
  const failures: { readonly path: string; readonly code: string; readonly message: string }[] = []
  for (const app of appsOn(apps, config)) {
    for (const { kind, after, release } of app.stuckOperations ?? []) {
      const path = `${app.id}.${kind}`
      try {
        released[path] = 0
        const before = now - durationMs(after, path)
        for (const org of orgs) released[path] += await release(contextOf(services, app, org), before)
      } catch (err) {
        log.error({ err, kind: path }, 'stuck operations could not be released')
        failures.push({ path, code: 'failed', message: err instanceof Error ? err.message : String(err) })
      }
    }
  }
  if (failures.length === 0) return released
  const message = failures.map((failure) => `${failure.path}: ${failure.message}`).join('; ')
  throw new PlatformError('STUCK_FAILED', `stuck operations could not be released: ${message}`, { issues: failures })
}

async function removeHalfWritten(backupDir: string, before: number): Promise<readonly string[]> {
  const removed: string[] = []
  for (const kind of BACKUP_KINDS) {
    const entries = await readdir(join(backupDir, kind), { withFileTypes: true }).catch(() => [])
    for (const { name } of entries.filter((entry) => entry.isDirectory() && entry.name.endsWith(PARTIAL))) {
      const path = join(backupDir, kind, name)
      if ((await lastWrite(path)) >= before) continue
      await rm(path, { recursive: true, force: true })
      removed.push(`${kind}/${name}`)
    }
  }
  return removed
}

/** The latest change of the folder or of anything within it. */
async function lastWrite(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const paths = [folder, ...names.map((name) => join(folder, name))]
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Math.max(...times)
}
