import { accessPages } from '../access/pages.ts'
import { accountPages } from '../account/pages.ts'
import { alertPages } from '../alerts/pages.ts'
import { auditPages } from '../audit/pages.ts'
import { backupPages } from '../backups/pages.ts'
import { errorPages } from '../errors/pages.ts'
import { eventPages } from '../events/pages.ts'
import { homePages } from '../home/pages.ts'
import { inboxPages } from '../inbox/pages.ts'
import { logPages } from '../logs/pages.ts'
import { organisationPages } from '../organisations/pages.ts'
import { queuePages } from '../queues/pages.ts'
import { runPages } from '../runs/pages.ts'
import { schedulePages } from '../schedules/pages.ts'
import { setupPages } from '../setup/pages.ts'
import { workerPages } from '../workers/pages.ts'
import { workflowPages } from '../workflows/pages.ts'
import type { ConsolePage } from './console-app.ts'

/** The console's own pages, in the order of the menu. */
export const operations: readonly ConsolePage[] = [
  ...homePages,
  ...runPages,
  ...workflowPages,
  ...errorPages,
  ...queuePages,
  ...workerPages,
  ...schedulePages,
  ...eventPages,
  ...logPages,
  ...alertPages,
  ...backupPages,
  ...accessPages,
  ...organisationPages,
  ...auditPages,
  ...setupPages,
  ...accountPages,
  ...inboxPages,
]
