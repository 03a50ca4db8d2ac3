import type { Database, Engine, Trouble } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import { type AlertCauses, createAlertCauses } from '../alert/causes.ts'
import { createMisfits, type Misfits } from '../alert/misfits.ts'
import { troubleToAlert } from '../alert/trouble.ts'
import type { AuditLog } from '../audit/log.ts'
import { type Bulks, createBulks } from '../bulk/bulks.ts'
import { type ColumnChoices, createColumnChoices } from '../columns/columns.ts'
import type { Config } from '../config/config.ts'
import { createFaults, type Faults } from '../fault/faults.ts'
import type { PlatformLog } from '../observe/log.ts'
import { createQueueDesk, type QueueDesk } from '../queue/desk.ts'
import { createWaitBook, type WaitBook } from '../queue/waits.ts'
import { createViews, type Views } from '../view/views.ts'
import type { AnyApp } from './app.ts'

/** What operators have besides the engine's own. */
export interface Operations {
  /** Groups of errors, and what people decided about them. */
  readonly faults: Faults
  /** Saved views of lists. */
  readonly views: Views
  readonly columns: ColumnChoices
  /** What is done with many runs, slice by slice. */
  readonly bulks: Bulks
  /** Pauses queues, with an end or without. */
  readonly queueDesk: QueueDesk
  /** How long runs waited. */
  readonly waits: WaitBook
  /** Ends alerts whose cause is gone. */
  readonly causes: AlertCauses
  /** Looks at each start whether running workflows fit the code. */
  readonly misfits: Misfits
  /** Raises the alert of the engine's trouble, unless it is of errors that are muted. */
  tell(trouble: Trouble): void
  /** Waits for what is being told. */
  settle(): Promise<void>
}

/** What it is made of. */
export interface OperationsOptions {
  readonly engine: () => Engine
  readonly database: Database
  readonly audit: Pick<AuditLog, 'record' | 'verify'>
  readonly alerts: Pick<AlertBook, 'raise' | 'list' | 'resolve' | 'recount'>
  readonly log: PlatformLog
  readonly config: Pick<Config, 'org' | 'program'>
  readonly allApps: readonly AnyApp[]
  /** Those that are switched on. */
  readonly apps: readonly AnyApp[]
}

/** Over an engine that may not be there yet. */
export function createOperations(options: OperationsOptions): Operations {
  const { engine, database, audit, alerts, log, config, allApps, apps } = options
  const appsOff = allApps.filter((app) => !apps.includes(app)).map(({ id }) => id)
  const misfits = createMisfits({ engine, alerts, log, program: config.program, appsOff })
  const causes = createAlertCauses({ engine, faults: () => faults, alerts, audit, misfits, log })
  // Whoever mutes or resolves a group sees at once that its alert is over.
  const faults: Faults = createFaults(database, engine, causes.settleJob)
  const telling = new Set<Promise<void>>()
  const tell = async (trouble: Trouble): Promise<void> => {
    if (trouble.kind === 'run-failed' && !(await faults.hear(trouble.org, trouble.fingerprint))) return
    await alerts.raise(troubleToAlert(trouble, config.program))
  }
  return {
    faults,
    causes,
    misfits,
    views: createViews(database, () => engine().clock),
    columns: createColumnChoices(database, () => engine().clock),
    bulks: createBulks(engine, audit),
    waits: createWaitBook({ database, clock: () => engine().clock, log }),
    queueDesk: createQueueDesk({ engine, audit, log, org: config.org.id }),
    tell(trouble) {
      const told = tell(trouble)
      telling.add(told)
      void told.finally(() => telling.delete(told))
    },
    async settle() {
      await Promise.allSettled(telling)
    },
  }
}
