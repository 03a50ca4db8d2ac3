import { join } from 'node:path'
import { type Duration, type Job, type JobContext, job } from '@regie/engine'
import { z } from 'zod'
import { type GuardedJob, guarded } from '../app/by-hand.ts'
import { type DescribedSchedule, describedSchedule, type Translated } from '../app/schedule.ts'
import { isServices, type Services } from '../app/services.ts'
import { createBackup } from './create.ts'
import { openErasureList } from './erasures.ts'
import { type BackupEntry, listBackups } from './list.ts'
import type { BackupKind, Manifest } from './manifest.ts'
import { rebuildIndex } from './rebuild-index.ts'
import { unknown } from './refusals.ts'
import { applyRetention, DEFAULT_RETENTION, type RetentionRules } from './retention.ts'
import { type BackupProblem, verifyBackup } from './verify.ts'

/** What the backup tasks of a product are made of. */
export interface BackupTaskOptions {
  /** The folder of all backups. Default `backups` in the data directory. */
  readonly backupDir?: string
  /** Folders of the data directory that are backed up with the database. Default `apps`. */
  readonly include?: readonly string[]
  /** Default {@link DEFAULT_RETENTION}. */
  readonly keep?: RetentionRules
  /** Default `Europe/Paris`. */
  readonly timeZone?: string
  /** Versions to write into the manifests, by name. */
  readonly versions?: Readonly<Record<string, string>>
}

/** The result of a backup's run. */
export interface BackupResult {
  readonly id: string
  /** The folder, absolute. */
  readonly path: string
  readonly bytes: number
  readonly durationMs: number
  readonly rows: number
  readonly files: number
  /** Ids of the older backups that retention removed. */
  readonly removed: readonly string[]
}

/** What was found in a backup: nothing, for a good one. */
export interface VerifyResult {
  readonly id: string
  readonly problems: readonly BackupProblem[]
}

/** The platform's backup jobs and their schedules. */
export interface BackupTasks {
  readonly jobs: readonly GuardedJob[]
  readonly schedules: readonly DescribedSchedule[]
  /** `backup.manual`, which has no schedule. */
  readonly manual: Job<Record<string, never>, BackupResult>
  /** `backup.verify`: reads one to its last byte. */
  readonly verify: Job<{ readonly id: string }, VerifyResult>
}

// All of them share it: two backups at once would only make each other slow.
const ONE_AT_A_TIME = [{ key: 'backup', concurrency: 1 }]

/** Declares `backup.daily`, `backup.weekly`, `backup.monthly`, `backup.manual`, `backup.verify` and `backup.rebuild-index`. */
export function createBackupTasks(options: BackupTaskOptions = {}): BackupTasks {
  const [daily, weekly, monthly, manual] = [
    backupJob('daily', options),
    backupJob('weekly', options),
    backupJob('monthly', options),
    backupJob('manual', options),
  ]
  const rebuild = rebuildJob(options)
  const verify = verifyJob(options)
  const every = (
    cron: string,
    target: Job<Record<string, never>, unknown>,
    within: Duration,
    description: Translated,
  ): DescribedSchedule =>
    describedSchedule({
      name: target.name,
      job: target,
      input: {},
      cron,
      timeZone: options.timeZone ?? 'Europe/Paris',
      // A machine that was off at night still gets its backup.
      catchUp: { within, max: 1 },
      description,
    })
  return {
    manual,
    verify,
    jobs: [daily, weekly, monthly, manual, rebuild, verify].map((each) => guarded('backups.manage', each)),
    schedules: [
      every('30 2 * * *', daily, '20h', {
        en: 'Backs up the database and the files of the apps',
        fr: 'Sauvegarde la base et les fichiers des applications',
      }),
      every('15 3 * * 0', weekly, '3d', {
        en: 'Weekly backup, kept longer than the daily ones',
        fr: 'Sauvegarde hebdomadaire, gardée plus longtemps que celles de chaque jour',
      }),
      every('0 4 1 * *', monthly, '7d', {
        en: 'Monthly backup, kept the longest',
        fr: 'Sauvegarde mensuelle, gardée le plus longtemps',
      }),
      every('0 5 * * *', rebuild, '20h', {
        en: 'Makes the list of backups equal to their files',
        fr: 'Met la liste des sauvegardes en accord avec leurs fichiers',
      }),
    ],
  }
}

function backupJob(kind: BackupKind, options: BackupTaskOptions): Job<Record<string, never>, BackupResult> {
  return job({
    name: `backup.${kind}`,
    input: z.strictObject({}),
    timeout: '1h',
    retry: { attempts: 3, base: '5m' },
    limits: ONE_AT_A_TIME,
    unique: {},
    run: (context) => backUp(context, kind, options),
  })
}

function verifyJob(options: BackupTaskOptions): Job<{ readonly id: string }, VerifyResult> {
  return job({
    name: 'backup.verify',
    input: z.strictObject({ id: z.string().min(1) }),
    timeout: '1h',
    retry: { attempts: 1 },
    limits: ONE_AT_A_TIME,
    async run(context, { id }) {
      const services = servicesOf(context)
      const entry = await requireBackup(backupDirOf(services, options), id)
      const problems = await verifyBackup({
        folder: entry.path,
        signal: context.signal,
        onProgress: (percent, message) => void context.progress(percent, message).catch(() => {}),
      })
      return { id, problems }
    },
  })
}

/** One that is among the files, by its whole id. Throws `BACKUP_UNKNOWN` (404). */
export async function requireBackup(backupDir: string, id: string): Promise<BackupEntry> {
  const entry = (await listBackups(backupDir)).find((each) => each.id === id)
  if (entry === undefined) throw unknown(`there is no backup ${id}`)
  return entry
}

async function backUp(context: JobContext, kind: BackupKind, options: BackupTaskOptions): Promise<BackupResult> {
  const services = servicesOf(context)
  const { database } = services.engine()
  const backupDir = backupDirOf(services, options)
  const madeBy = { run: context.run.id, enqueuedAt: context.run.createdAt }
  const made = context.run.attempt > 1 ? await findMade(backupDir, madeBy) : undefined
  const created =
    made ??
    (await createBackup({
      source: database.source,
      backupDir,
      kind,
      madeBy,
      dataDir: services.dataDir,
      include: options.include ?? ['apps'],
      versions: options.versions ?? {},
      clock: context.clock,
      random: context.random,
      signal: context.signal,
      onProgress: (percent, message) => void context.progress(percent, message).catch(() => {}),
    }))
  await openErasureList(backupDir).add(services.engine().events.erasures())
  const { removed } = await applyRetention({
    backupDir,
    rules: options.keep ?? DEFAULT_RETENTION,
    clock: context.clock,
  })
  await rebuildIndex({ database, backupDir })
  const { id, path, bytes, durationMs, manifest } = created
  context.log.info({ backup: id, bytes, durationMs, removed: removed.length }, `made the backup ${path}`)
  const rows = manifest.database.tables.reduce((sum, table) => sum + table.rows, 0)
  return { id, path, bytes, durationMs, rows, files: manifest.files.length - 1, removed }
}

/**
 * What an earlier attempt of this run has made. In a database that was restored from it the run is at work, because it
 * was when the backup was taken; and a process may die between the backup and its own end.
 */
async function findMade(backupDir: string, { run, enqueuedAt }: NonNullable<Manifest['madeBy']>) {
  const found = (await listBackups(backupDir)).find(
    (backup) =>
      backup.state === 'good' &&
      backup.manifest.madeBy?.run === run &&
      backup.manifest.madeBy.enqueuedAt === enqueuedAt,
  )
  if (found?.state !== 'good') return undefined
  const { id, path, bytes, manifest } = found
  return { id, path, bytes, manifest, durationMs: manifest.durationsMs.total }
}

function rebuildJob(options: BackupTaskOptions) {
  return job({
    name: 'backup.rebuild-index',
    input: z.strictObject({}),
    timeout: '1h',
    retry: { attempts: 3, base: '1m' },
    limits: ONE_AT_A_TIME,
    unique: {},
    run: async (context) => {
      const services = servicesOf(context)
      return rebuildIndex({ database: services.engine().database, backupDir: backupDirOf(services, options) })
    },
  })
}

function backupDirOf({ dataDir }: Services, { backupDir }: BackupTaskOptions): string {
  return backupDir ?? join(dataDir, 'backups')
}

function servicesOf(context: JobContext): Services {
  if (isServices(context.services)) return context.services
  throw new TypeError(`the job ${context.run.job} needs the platform: create the engine with createPlatform()`)
}
