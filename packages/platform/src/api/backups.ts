import type { Database } from '@regie/engine'
import { z } from 'zod'
import { type IndexedBackup, readIndex } from '../backup/store/backup-index.ts'
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

/** The backups of the index, the newest first. */
export function backupEndpoints(database: Database): readonly Endpoint[] {
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
  ]
}

function viewBackup({ created_at, table_rows, duration_ms, ...rest }: IndexedBackup): z.input<typeof backupView> {
  return { ...rest, createdAt: isoOf(created_at), rows: table_rows, durationMs: duration_ms }
}
