import type { Engine } from '@regie/engine'
import { z } from 'zod'
import { type IndexedBackup, readIndex } from '../backup/store/backup-index.ts'
import type { BackupTasks } from '../backup/tasks.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
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
})

/** Where backups are listed, and how one is made. */
export interface BackupSources {
  readonly engine: Pick<Engine, 'database' | 'enqueue'>
  readonly backups: Pick<BackupTasks, 'manual' | 'verify'>
}

/** The backups of the index, the newest first; making and verifying one are runs. */
export function backupEndpoints({ engine, backups }: BackupSources): readonly Endpoint[] {
  const { database } = engine
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/backups',
      summary: 'List backups, the newest first',
      access: 'backups.read',
      input: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      output: z.object({ backups: z.array(backupView).readonly() }),
      handle: async ({ limit }) => ({ backups: (await readIndex(database, limit)).map(viewBackup) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/backups',
      summary: 'Make a backup now, as a run',
      access: 'backups.manage',
      input: z.object({}),
      output: z.object({ runId: z.int() }),
      status: 202,
      handle: async () => ({ runId: (await engine.enqueue(backups.manual, {})).id }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/backups/verify',
      summary: 'Read a backup to its last byte, as a run',
      access: 'backups.manage',
      input: z.object({ id: z.string().min(1) }),
      output: z.object({ runId: z.int() }),
      status: 202,
      handle: async ({ id }) => ({ runId: (await engine.enqueue(backups.verify, { id })).id }),
    }),
  ]
}

function viewBackup({ created_at, table_rows, duration_ms, ...rest }: IndexedBackup): z.input<typeof backupView> {
  return { ...rest, createdAt: isoOf(created_at), rows: table_rows, durationMs: duration_ms }
}
