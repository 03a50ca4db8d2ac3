import type { Database, Engine, Trouble } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import { type AlertCauses, createAlertCauses } from '../alert/causes.ts'
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
}

/** Over an engine that may not be there yet. */
export function createOperations({ engine, database, audit, alerts, log, config }: OperationsOptions): Operations {
  const causes = createAlertCauses({ engine, faults: () => faults, alerts, audit, log })
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
