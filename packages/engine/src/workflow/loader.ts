import { AsyncLocalStorage } from 'node:async_hooks'
import { readCancels } from '../store/cancels.ts'
import type { Database } from '../store/database.ts'
import type { EngineTables } from '../store/schema.ts'
import { readSteps, type StepRow } from '../store/steps.ts'
import { readWorkflows, type WorkflowRow } from '../store/workflows.ts'

/** Everything stored about one workflow run. */
export interface WorkflowRecord {
  readonly row: WorkflowRow | undefined
  readonly steps: readonly StepRow[]
  /** Why somebody wants it to stop. */
  readonly cancelled: string | undefined
}

interface Waiting {
  readonly run: number
  readonly resolve: (record: WorkflowRecord) => void
  readonly reject: (error: unknown) => void
}

/** Reads the records of workflows that start at the same moment with the same three queries. */
export class RecordLoader {
  readonly #database: Database
  readonly #outside = AsyncLocalStorage.snapshot()
  #waiting: Waiting[] = []

  constructor(database: Database) {
    this.#database = database
  }

  load(run: number): Promise<WorkflowRecord> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => void this.#outside(() => this.#read(this.#waiting.splice(0))))
    })
  }

  async #read(waiting: readonly Waiting[]): Promise<void> {
    const runs = waiting.map(({ run }) => run)
    const db = this.#database.kysely<EngineTables>()
    try {
      // First what counts the wakes: what happens between the two readings is then noticed, not missed.
      const rows = await readWorkflows(db, runs)
      const [steps, cancels] = await Promise.all([readSteps(db, runs), readCancels(db, runs)])
      const reasons = new Map(cancels.map(({ run, reason }) => [run, reason]))
      for (const { run, resolve } of waiting)
        resolve({ row: rows.get(run), steps: steps.get(run) ?? [], cancelled: reasons.get(run) })
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }
}
