import type { Client } from 'pg'

// Two turns of the event loop without anything under way: a promise chain between two statements takes less than one.
const CALM_TURNS = 2
const GIVE_UP_MS = 250

let queriesUnderWay = 0
let watching: Promise<void> | undefined

/** Counts this process's PostgreSQL queries from now on, so that {@link settle} can wait for them. Twice is once. */
export function watchPostgres(): Promise<void> {
  watching ??= watchClients()
  return watching
}

/** Resolves once nothing is on its way to or from the store; after 250 ms anyway, because a query may wait for a lock. */
export async function settle(): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS
  for (let calm = 0; calm < CALM_TURNS && performance.now() < giveUpAt; ) {
    await new Promise((resolve) => setImmediate(resolve))
    calm = isBusy() ? 0 : calm + 1
  }
}

// SQLite's writer gathers a group in an immediate and syncs it by a request to the file system.
function isBusy(): boolean {
  if (queriesUnderWay > 0) return true
  return process.getActiveResourcesInfo().some((kind) => kind === 'FSReqCallback' || kind === 'Immediate')
}

async function watchClients(): Promise<void> {
  const { default: pg } = await import('pg')
  const prototype: Pick<Client, 'query' | 'connect'> = pg.Client.prototype
  prototype.query = counted(prototype.query)
  prototype.connect = counted(prototype.connect)
}

/** pg answers by a promise or, when the last argument is a function, by calling it. */
function counted<F>(original: F): F {
  const method = original as (...args: unknown[]) => unknown
  function replacement(this: unknown, ...args: unknown[]): unknown {
    const callback = args.at(-1)
    queriesUnderWay++
    if (typeof callback === 'function') {
      const answer = (...answers: unknown[]): void => {
        queriesUnderWay--
        callback(...answers)
      }
      return method.apply(this, [...args.slice(0, -1), answer])
    }
    const result = method.apply(this, args)
    const end = (): void => {
      queriesUnderWay--
    }
    Promise.resolve(result).then(end, end)
    return result
  }
  return replacement as F
}
