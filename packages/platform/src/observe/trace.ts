import { AsyncLocalStorage } from 'node:async_hooks'

interface Trace {
  id: string | undefined
}

// Ambient, because the engine enqueues for callers that do not know of the request, and must not have to.
const traces = new AsyncLocalStorage<Trace>()

/** The trace id of a W3C `traceparent`; undefined when it is none. */
export function traceIdOf(header: unknown): string | undefined {
  const [, id] =
    typeof header === 'string' ? (/^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(header) ?? []) : []
  return id === undefined || /^0+$/.test(id) ? undefined : id
}

/** Does something within a trace: the runs that it enqueues and the lines that it logs carry its id. */
export async function inTrace<T>(id: string | undefined, work: () => Promise<T>): Promise<T> {
  if (id === undefined) return work()
  const trace: Trace = { id }
  try {
    return await traces.run(trace, work)
  } finally {
    // What `work` left behind (a timer, a worker that it woke) goes on in its context, and is not part of it any more.
    trace.id = undefined
  }
}

/** The id of the trace under way; undefined when there is none. */
export function currentTrace(): string | undefined {
  return traces.getStore()?.id
}
