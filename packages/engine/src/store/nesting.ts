import { AsyncLocalStorage } from 'node:async_hooks'
import { EngineError } from './base.ts'

/** Knows whether the code that calls is inside a transaction. Besides the steps of workflows the only ambient state. */
export interface Nesting {
  /** Runs the work of a transaction. */
  enter<T>(work: () => Promise<T>): Promise<T>
  /** Throws `TRANSACTION_NESTED` inside a transaction: on SQLite the one writer would wait for itself. */
  forbid(): void
}

/** One for each open database. */
export function createNesting(): Nesting {
  // What a transaction leaves behind (a timer, a stream) runs in its context too, when it is over long since.
  const transactions = new AsyncLocalStorage<{ open: boolean }>()
  return {
    async enter(work) {
      const transaction = { open: true }
      try {
        return await transactions.run(transaction, work)
      } finally {
        transaction.open = false
      }
    },
    forbid() {
      if (transactions.getStore()?.open !== true) return
      throw new EngineError(
        'TRANSACTION_NESTED',
        'a transaction is open already in this call: write with its `tx`, anything else would wait for it for ever',
      )
    },
  }
}
