import type { Client, PoolClient, QueryConfig, QueryResult } from 'pg'

/** What sends the statements of one connection. */
// biome-ignore lint/suspicious/noExplicitAny: rows are as the statement says, which only its caller knows
export type Send = <R extends object = any>(query: string | QueryConfig, values?: unknown[]) => Promise<QueryResult<R>>

/**
 * Sends the statements of a connection one after the other, in the order in which they were asked for. The driver would keep
 * them in a queue of its own, but says that it will not much longer, once for each process. While nothing waits, a statement
 * costs one callback more.
 */
export function takeTurns(client: Client | PoolClient): Send {
  const waiting: (() => void)[] = []
  let busy = false
  const next = (): void => {
    const start = waiting.shift()
    if (start === undefined) busy = false
    else start()
  }
  const sendNow: Send = (query, values) => {
    const answer = typeof query === 'string' ? client.query(query, values) : client.query(query)
    answer.then(next, next)
    return answer
  }
  return (query, values) => {
    if (busy) return new Promise((resolve) => waiting.push(() => resolve(sendNow(query, values))))
    busy = true
    return sendNow(query, values)
  }
}
