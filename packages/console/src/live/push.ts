import type { Query, QueryClient } from '@tanstack/react-query'
import { isLeaving } from '../session/leaving.ts'
import { connection, onConnection } from './connection.ts'
import { listen, startLink } from './link.ts'

// Of what the platform publishes: the permission one needs to hear it, and the addresses that change with it.
const TOPICS = [
  { topic: 'runs', permission: 'runs.read', paths: ['runs', 'errors', 'workflows', 'signals'] },
  { topic: 'queues', permission: 'queues.read', paths: ['queues'] },
  { topic: 'alerts', permission: 'alerts.read', paths: ['alerts'] },
  { topic: 'me', permission: undefined, paths: ['notifications'] },
] as const
const COALESCE_MS = 300
// Where the name of the organisation stands that one works in.
const NAMED: ReadonlySet<string> = new Set(['/api/v1/console', '/api/v1/me', '/api/v1/me/organisation'])

/** The first parts of the addresses of whose every change the server tells; of workflows it does not tell each step. */
export const PUSHED: ReadonlySet<string> = new Set(['runs', 'errors', 'queues', 'alerts', 'notifications'])

/**
 * Asks again for what has changed, as the server tells of it, and for everything after a pause or when something may have
 * been missed. Answers what ends it.
 */
export function startPush(client: QueryClient, permissions: readonly string[]): () => void {
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const refresh = (): void => {
    timer = undefined
    const prefixes = [...changed]
    changed.clear()
    if (document.hidden) return
    void client.invalidateQueries({
      predicate: (query) => prefixes.some((prefix) => startsWith(query, prefix)) && wantsUpdates(query),
    })
  }
  const change = (paths: readonly string[]): void => {
    for (const path of paths) changed.add(`/api/v1/${path}`)
    timer ??= setTimeout(refresh, COALESCE_MS)
  }
  const ends = TOPICS.filter(({ permission }) => permission === undefined || permissions.includes(permission)).map(
    ({ topic, paths }) => {
      let wasHeard = false
      return listen(topic, {
        message: () => change(paths),
        // What the page read before its topic was heard first may have changed in between, and nobody told it.
        open: (isLost) => {
          if (isLost || !wasHeard) change(paths)
          wasHeard = true
        },
      })
    },
  )
  // Who one is and where stands in no list that is asked for again by itself.
  const named = () => void client.invalidateQueries({ predicate: ({ queryKey }) => NAMED.has(String(queryKey[1])) })
  ends.push(listen('organisation', { message: named }))
  let wasPaused = connection().paused
  ends.push(
    // Who lets go of the pause wants to see how things stand now.
    onConnection(() => {
      const { paused } = connection()
      if (wasPaused && !paused) change([''])
      wasPaused = paused
    }),
    startLink(() => void (isLeaving() || client.invalidateQueries({ queryKey: ['api', '/api/v1/console'] }))),
  )
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}

function startsWith({ queryKey }: Query, prefix: string): boolean {
  return String(queryKey[1] ?? '').startsWith(prefix)
}

/** Who has paused, or scrolled far, has said so by asking for no updates. */
function wantsUpdates(query: Query): boolean {
  return query.observers.some(({ options: { refetchInterval } }) => {
    const interval = typeof refetchInterval === 'function' ? refetchInterval(query) : refetchInterval
    return interval !== false && interval !== undefined
  })
}
