import type { MigrationSet } from '@regie/engine'
import { backupMigrations } from '../backup/migrations.ts'
import { alertTable } from './0001-alert.ts'
import { identityTables } from './0010-identity.ts'
import { secondFactorTables } from './0015-second-factor.ts'
import { singleSignOnTables } from './0016-single-sign-on.ts'
import { auditTables } from './0020-audit.ts'
import { auditCut } from './0021-audit-cut.ts'
import { rateTable } from './0030-rate.ts'
import { idempotencyTable } from './0031-idempotency.ts'
import { realtimeTables } from './0040-realtime.ts'
import { inboxTables } from './0041-inbox.ts'
import { viewTables } from './0050-view.ts'
import { queueTables } from './0051-queue.ts'
import { faultTable } from './0052-fault.ts'
import { silenceTable } from './0053-silence.ts'
import { runLogTables } from './0054-run-log.ts'
import { auditTrace } from './0055-audit-trace.ts'
import { columnChoices } from './0056-columns.ts'
import { faultFirst } from './0057-fault-first.ts'
import { runLineAge } from './0058-run-line-age.ts'
import { bulkTable } from './0059-bulk.ts'
import { tourTable } from './0060-tour.ts'
import { alertWords } from './0062-alert-words.ts'
import { sessionProof } from './0063-proof.ts'
import { provenAddress } from './0065-proven-address.ts'
import { closing } from './0066-closing.ts'
import { userLanguage } from './0067-language.ts'
import { sharedKeyTable } from './0068-shared-keys.ts'

/** The platform's own tables; all are named `platform_…`. */
export const platformMigrations: MigrationSet = {
  owner: 'platform',
  migrations: {
    '0001-alert': alertTable,
    '0010-identity': identityTables,
    '0015-second-factor': secondFactorTables,
    '0016-single-sign-on': singleSignOnTables,
    '0020-audit': auditTables,
    '0021-audit-cut': auditCut,
    '0030-rate': rateTable,
    '0031-idempotency': idempotencyTable,
    '0040-realtime': realtimeTables,
    '0041-inbox': inboxTables,
    '0050-view': viewTables,
    '0051-queue': queueTables,
    '0052-fault': faultTable,
    '0053-silence': silenceTable,
    '0054-run-log': runLogTables,
    '0055-audit-trace': auditTrace,
    '0056-columns': columnChoices,
    '0057-fault-first': faultFirst,
    '0058-run-line-age': runLineAge,
    '0059-bulk': bulkTable,
    '0060-tour': tourTable,
    '0062-alert-words': alertWords,
    '0063-proof': sessionProof,
    '0065-proven-address': provenAddress,
    '0066-closing': closing,
    '0067-language': userLanguage,
    '0068-shared-keys': sharedKeyTable,
    ...backupMigrations,
  },
}
