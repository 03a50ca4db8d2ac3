import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** Where a run is. `lease` does not count runs that have ended. */
export type Place = 'ready' | 'timer' | 'blocked' | 'waiting' | 'done' | 'lease'

/** One run in one place. `mark`: a timer's instant, a gate, an end state, the lease's worker. */
export interface Standing {
  readonly place: Place
  readonly run: number
  readonly attempt: number
  readonly mark: string | number
}

/** What else is looked at each time. */
export interface Rest {
  readonly workers: ReadonlySet<number>
  readonly paused: ReadonlySet<string>
  /** The last epoch given to any worker. */
  readonly epoch: number
}

/** A stored run. */
export interface Body {
  readonly run: number
  readonly queue: string
  readonly job: string
  readonly number: number
  readonly isWorkflow: boolean
}

const STANDINGS = `
  SELECT 'ready', id, attempt, 0 FROM engine_ready
  UNION ALL SELECT 'timer', id, attempt, due FROM engine_timer WHERE kind = 'run'
  UNION ALL SELECT 'blocked', id, attempt, gate FROM engine_blocked
  UNION ALL SELECT 'waiting', run, 0, 0 FROM engine_workflow WHERE waiting = 1
  UNION ALL SELECT 'done', id, attempt, state || ' at ' || at FROM engine_done
  UNION ALL SELECT 'lease', j.value, json_extract(l.attempts, '$[' || j.key || ']'), l.worker
    FROM engine_lease l, json_each(l.ids) j WHERE j.value NOT IN (SELECT id FROM engine_done)
  UNION ALL SELECT 'worker', epoch, 0, name FROM engine_worker
  UNION ALL SELECT 'epoch', seq, 0, name FROM sqlite_sequence WHERE name = 'engine_worker'
  UNION ALL SELECT 'paused', 0, 0, name FROM engine_queue WHERE paused_at IS NOT NULL`

const BODIES = `
  SELECT id, queue, job, json_extract(payload, '$.number'), json_extract(options, '$.v') IS NOT NULL FROM engine_body WHERE id > ? ORDER BY id`

/** Looks at a world's database from outside, as its processes have committed it. */
export class Observer implements Disposable {
  readonly #database: DatabaseSync
  readonly #standings: StatementSync
  readonly #bodies: StatementSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec('PRAGMA query_only = ON')
    this.#standings = this.#prepare(STANDINGS)
    this.#bodies = this.#prepare(BODIES)
  }

  /** Where everything is, in one query: it is asked after each commit. */
  look(): { readonly standings: readonly Standing[]; readonly rest: Rest } {
    const standings: Standing[] = []
    const [workers, paused] = [new Set<number>(), new Set<string>()]
    let epoch = 0
    const rows = this.#standings.all() as unknown as [
      Place | 'worker' | 'epoch' | 'paused',
      number,
      number,
      string | number,
    ][]
    for (const [place, run, attempt, mark] of rows) {
      if (place === 'worker') workers.add(run)
      else if (place === 'epoch') epoch = run
      else if (place === 'paused') paused.add(String(mark))
      else standings.push({ place, run, attempt, mark })
    }
    return { standings, rest: { workers, paused, epoch } }
  }

  /** Runs stored since this one. */
  bodiesAfter(run: number): readonly Body[] {
    const rows = this.#bodies.all(run) as unknown as [number, string, string, number, number][]
    return rows.map(([id, queue, job, number, flow]) => ({ run: id, queue, job, number, isWorkflow: flow === 1 }))
  }

  /** The rows of any query, as lists of their columns. */
  rows(sql: string): readonly (readonly (string | number | null)[])[] {
    const statement = this.#prepared.get(sql) ?? this.#prepare(sql)
    this.#prepared.set(sql, statement)
    return statement.all() as unknown as (string | number | null)[][]
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#database.prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }
}
