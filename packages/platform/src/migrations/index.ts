import type { MigrationSet } from '@regie/engine'
import { backupMigrations } from '../backup/migrations.ts'
import { alertTable } from './0001-alert.ts'
import { auditTables } from './0020-audit.ts'

/** The platform's own tables; all are named `platform_…`. */
export const platformMigrations: MigrationSet = {
  owner: 'platform',
  migrations: { '0001-alert': alertTable, '0020-audit': auditTables, ...backupMigrations },
}
