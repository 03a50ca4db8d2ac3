import type { Engine, Run, Runs } from '@regie/engine'
import { z } from 'zod'
import { startersOf } from '../auth/wish.ts'
import { type IndexedBackup, readIndex, readNewestGood } from '../backup/store/backup-index.ts'
import { type BackupTasks, requireBackup } from '../backup/tasks.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { instant, isoOf } from './instant.ts'

const backupView = z.object({
  id: z.string(),
  kind: z.string(),
  createdAt: instant,
  bytes: z.int(),
  rows: z.int().nullable(),
  files: z.int().nullable(),
  durationMs: z.number().nullable(),
  /** Of the manifest. */
  sha256: z.string().nullable(),
  /** Why it is of no use; null for a good one. */
  problem: z.string().nullable(),
  /** The newest verification of it that has ended; absent when there was none. */
  verified: z.object({ at: instant, runId: z.int(), problems: z.array(z.string()).readonly() }).optional(),
})

const statusView = z.object({
  /** The newest good one. */
  newest: z.object({ id: z.string(), createdAt: instant, bytes: z.int() }).optional(),
  /** What would be lost if the machine were lost now: the age of the newest good backup. */
  rpoMs: z.number().optional(),
  /** No older than this is as planned: a day, and the night's own length. */
  rpoTargetMs: z.number(),
  /** How long a restore would read, as the newest verification took; absent until one was verified. */
  rtoMs: z.number().optional(),
  verifiedAt: instant.optional(),
  /** The backup or verification at work. */
  runId: z.int().optional(),
})

const DAY_MS = 86_400_000
const RPO_TARGET_MS = 1.25 * DAY_MS

/** Where backups are listed, and how one is made. */
export interface BackupSources {
  readonly engine: Pick<Engine, 'database' | 'enqueue' | 'clock'> & {
    /** Those that answer about many runs at once: a verification is never asked for by itself. */
    readonly runs: Pick<Runs, 'search' | 'results'>
  }
  readonly backups: Pick<BackupTasks, 'manual' | 'verify'>
  /** The folder of all backups. */
  readonly backupDir: string
}

interface Verification {
  readonly id: string
  readonly run: Run
  readonly problems: readonly string[]
}

/** The backups of the index, the newest first; making and verifying one are runs. */
export function backupEndpoints({ engine, backups, backupDir }: BackupSources): readonly Endpoint[] {
  const { database } = engine
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/backups',
      summary: 'List backups, the newest first, with the newest verification of each',
      access: 'backups.read',
      input: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      output: z.object({ items: z.array(backupView).readonly() }),
      async handle({ limit }) {
        const [index, verified] = await Promise.all([readIndex(database, limit), verifications(engine)])
        return { items: index.map((backup) => viewBackup(backup, verified.get(backup.id))) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/backups/status',
      summary: 'Show how much would be lost now, and how long restoring would take',
      access: 'backups.read',
      input: z.object({}),
      output: statusView,
      async handle() {
        const now = engine.clock.now()
        const [newest, verified, working] = await Promise.all([
          readNewestGood(database),
          verifications(engine),
          engine.runs.search({ job: 'backup.*', state: ['queued', 'blocked', 'running'] }, { limit: 1 }),
        ])
        const last = [...verified.values()].toSorted((a, b) => endOf(b) - endOf(a))[0]
        const runId = working.runs[0]?.id
        return {
          rpoTargetMs: RPO_TARGET_MS,
          ...(newest !== undefined && {
            newest: { id: newest.id, createdAt: isoOf(newest.created_at), bytes: newest.bytes },
            rpoMs: Math.max(0, now - newest.created_at),
          }),
          ...(last !== undefined && { rtoMs: last.run.durationMs ?? 0, verifiedAt: isoOf(endOf(last)) }),
          ...(runId !== undefined && { runId }),
        }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/backups',
      summary: 'Make a backup now, as a run',
      access: 'backups.manage',
      input: z.object({}),
      output: z.object({ runId: z.int() }),
      status: 202,
      handle: async (_, call) => ({ runId: (await engine.enqueue(backups.manual, {}, startedBy(call))).id }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/backups/verify',
      summary: 'Read a backup to its last byte, as a run',
      access: 'backups.manage',
      input: z.object({ id: z.string().min(1) }),
      output: z.object({ runId: z.int() }),
      status: 202,
      async handle({ id }, call) {
        // The run of one that is not there would fail, and raise an alert.
        await requireBackup(backupDir, id)
        return { runId: (await engine.enqueue(backups.verify, { id }, startedBy(call))).id }
      },
    }),
  ]
}

function startedBy(call: Call) {
  return { startedBy: startersOf(call.principal()) }
}

const MOST_VERIFICATIONS = 50
const verifyResult = z.object({ id: z.string(), problems: z.array(z.object({ message: z.string() })) })

/** The newest verification of each backup, by its id: those of which the runs are still kept. */
async function verifications({ runs }: BackupSources['engine']): Promise<ReadonlyMap<string, Verification>> {
  const found = await runs.search({ job: 'backup.verify', state: ['succeeded'] }, { limit: MOST_VERIFICATIONS })
  const results = await runs.results(found.runs.map(({ id }) => id))
  const newest = new Map<string, Verification>()
  for (const run of found.runs) {
    const parsed = verifyResult.safeParse(results.get(run.id))
    if (!parsed.success || newest.has(parsed.data.id)) continue
    const { id, problems } = parsed.data
    newest.set(id, { id, run, problems: problems.map(({ message }) => message) })
  }
  return newest
}

function endOf({ run }: Verification): number {
  return run.endedAt ?? run.createdAt
}

function viewBackup(
  { created_at, table_rows, duration_ms, dialect: _, ...rest }: IndexedBackup,
  verification: Verification | undefined,
): z.input<typeof backupView> {
  return {
    ...rest,
    createdAt: isoOf(created_at),
    rows: table_rows,
    durationMs: duration_ms,
    ...(verification !== undefined && {
      verified: { at: isoOf(endOf(verification)), runId: verification.run.id, problems: verification.problems },
    }),
  }
}
