import { alertsList, alertsResolve } from './alerts.ts'
import { appsList, appsSample } from './apps.ts'
import { auditExport, auditSearch, auditVerify } from './audit.ts'
import { backupList, backupRebuildIndex, backupRun, backupVerify } from './backup.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { errorsAssign, errorsList, errorsMute, errorsResolve, errorsRetry, errorsUnmute } from './errors.ts'
import { eventsReplay, eventsShow, eventsStreams } from './events.ts'
import { eventsForget } from './events-forget.ts'
import { jobsCancel, jobsRetry } from './jobs-change.ts'
import { jobsEnqueue } from './jobs-enqueue.ts'
import { jobsList } from './jobs-list.ts'
import { jobsLogs } from './jobs-logs.ts'
import { jobsShow } from './jobs-show.ts'
import { keysCreate, keysList, keysRevoke } from './keys.ts'
import { logs } from './logs.ts'
import { migrateBack, migrateStatus, migrateUp } from './migrate.ts'
import { newApp } from './new-app.ts'
import { organisationsCreate, organisationsList } from './organisations.ts'
import { organisationsDelete, organisationsRename, organisationsRestore } from './organisations-life.ts'
import { projectionsList, projectionsRebuild, projectionsResume } from './projections.ts'
import { queuesList, queuesPause, queuesResume } from './queues.ts'
import { restore } from './restore.ts'
import {
  schedulesHistory,
  schedulesList,
  schedulesNext,
  schedulesPause,
  schedulesResume,
  schedulesRun,
} from './schedules.ts'
import { secretsAdopt } from './secrets.ts'
import { alertsSilence, alertsSilences, alertsUnsilence } from './silences.ts'
import { start } from './start.ts'
import { usersInvite, usersList, usersShow } from './users.ts'
import { usersDisable, usersEnable, usersGrant, usersResetPassword } from './users-change.ts'
import { viewsDelete, viewsList, viewsSave } from './views.ts'
import { workers, workersDrain, workersResume } from './workers.ts'
import { workflowsCancel, workflowsFork, workflowsPause, workflowsResume, workflowsRetry } from './workflows-change.ts'
import { workflowsCheck } from './workflows-check.ts'
import { workflowsList } from './workflows-list.ts'
import { workflowsRepair } from './workflows-repair.ts'
import { workflowsShow } from './workflows-show.ts'
import { workflowsSignal } from './workflows-signal.ts'
import { workflowsSignals, workflowsUnsignal } from './workflows-signals.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  start,
  doctor,
  appsList,
  appsSample,
  newApp,
  migrateUp,
  migrateBack,
  migrateStatus,
  jobsList,
  jobsShow,
  jobsLogs,
  jobsRetry,
  jobsCancel,
  jobsEnqueue,
  errorsList,
  errorsAssign,
  errorsMute,
  errorsUnmute,
  errorsResolve,
  errorsRetry,
  queuesList,
  queuesPause,
  queuesResume,
  schedulesList,
  schedulesNext,
  schedulesHistory,
  schedulesRun,
  schedulesPause,
  schedulesResume,
  workflowsList,
  workflowsShow,
  workflowsSignal,
  workflowsSignals,
  workflowsUnsignal,
  workflowsCancel,
  workflowsPause,
  workflowsResume,
  workflowsRetry,
  workflowsFork,
  workflowsRepair,
  workflowsCheck,
  eventsStreams,
  eventsShow,
  eventsReplay,
  eventsForget,
  projectionsList,
  projectionsRebuild,
  projectionsResume,
  workers,
  workersDrain,
  workersResume,
  backupRun,
  backupList,
  backupVerify,
  backupRebuildIndex,
  restore,
  logs,
  alertsList,
  alertsResolve,
  alertsSilence,
  alertsSilences,
  alertsUnsilence,
  viewsList,
  viewsSave,
  viewsDelete,
  usersList,
  usersShow,
  usersInvite,
  usersGrant,
  usersDisable,
  usersEnable,
  usersResetPassword,
  organisationsList,
  organisationsCreate,
  organisationsRename,
  organisationsDelete,
  organisationsRestore,
  keysList,
  keysCreate,
  keysRevoke,
  auditSearch,
  auditExport,
  auditVerify,
  secretsAdopt,
]
