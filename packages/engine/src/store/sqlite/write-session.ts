import { runAll } from '../after-commit.ts'
import { EngineError } from '../base.ts'
import type { StatementResult, Statements } from './statements.ts'

/** The longest an application may keep the only writer, unless it asks for more. */
const TRANSACTION_MS = 5_000

/**
 * One asynchronous transaction: a savepoint within the writer's group. It is rolled back and refuses every further
 * statement when it lasts too long, because everybody else is waiting behind it.
 */
export class WriteSession {
  /** Resolves when the writer may go on: true when there is something to commit. */
  readonly ended: Promise<boolean>
  readonly #statements: Statements
  readonly #end: (committed: boolean) => void
  readonly #afterCommit: (() => void)[] = []
  #durable: { resolve: () => void; reject: (error: unknown) => void } | undefined
  #timer: NodeJS.Timeout
  #failure: EngineError | undefined
  #open = true

  constructor(statements: Statements) {
    this.#statements = statements
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.ended = promise
    this.#end = resolve
    this.#statements.prepare('SAVEPOINT session').run()
    this.#timer = this.#limit(TRANSACTION_MS)
  }

  /** Replaces the time limit, counted from now. */
  limit(timeoutMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = this.#limit(timeoutMs)
  }

  execute(sql: string, values: readonly unknown[]): StatementResult {
    this.#check()
    return this.#statements.execute(sql, values)
  }

  /** For the hot path: prepared statements within this transaction. */
  use<T>(work: (statements: Statements) => T): T {
    this.#check()
    return work(this.#statements)
  }

  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback)
  }

  /** Resolves once the group this transaction belongs to is durable. */
  commit(): Promise<void> {
    this.#check()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#durable = { resolve, reject }
    this.#statements.prepare('RELEASE session').run()
    this.#close(true)
    return promise
  }

  rollback(): void {
    if (!this.#open) return
    this.#statements.undo('session')
    this.#close(false)
  }

  /** Called by the writer after the commit. */
  durable(): void {
    this.#durable?.resolve()
    runAll(this.#afterCommit)
  }

  /** Called by the writer when the commit failed. */
  lost(error: unknown): void {
    this.#durable?.reject(error)
  }

  #close(committed: boolean): void {
    clearTimeout(this.#timer)
    this.#open = false
    this.#end(committed)
  }

  #limit(timeoutMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#failure = new EngineError(
        'TRANSACTION_TIMEOUT',
        `a transaction was open for more than ${timeoutMs} ms and was rolled back: do slow work before it, not inside`,
      )
      this.rollback()
    }, timeoutMs).unref()
  }

  #check(): void {
    if (this.#open && this.#statements.inTransaction) return
    throw this.#failure ?? new EngineError('ABORTED', 'this transaction has ended: its `tx` cannot be used any more')
  }
}
