import type { Client, Notification } from 'pg'
import { ANY_NEWS, type News } from '../hot.ts'
import type { PostgresHandle } from './open.ts'

const CHANNEL = 'regie_engine'
// NOTIFY takes a lock that serialises commits: one for everything that happened within this time, on its own connection.
const COALESCE_MS = 10
const RETRY_MS = 1_000

/** Sends at most one notification per 10 ms, outside anybody's transaction. `self` lets the sender ignore its own. */
export function createAnnouncer(handle: PostgresHandle, self: string) {
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<unknown> = Promise.resolve()
  const pending = new Set<News>()
  const send = (): void => {
    timer = undefined
    const payload = [self, ...pending].join(' ')
    pending.clear()
    // A lost notification costs latency only: the others poll.
    sending = notifyOn(handle, CHANNEL, payload).catch(() => {})
  }
  return {
    announce(news: News): void {
      pending.add(news)
      timer ??= setTimeout(send, COALESCE_MS).unref()
    },
    async close(): Promise<void> {
      clearTimeout(timer)
      if (timer !== undefined) send()
      await sending
    },
  }
}

/** Says something to whoever listens on a channel, outside anybody's transaction. */
export async function notifyOn({ pool }: PostgresHandle, channel: string, payload: string): Promise<void> {
  await pool.query('select pg_notify($1, $2)', [channel, payload])
}

/** Hears what other engines say. */
export function listenTo(
  handle: PostgresHandle,
  self: string,
  heard: (news: ReadonlySet<News>) => void,
): Promise<() => Promise<void>> {
  return listenOn(handle, CHANNEL, (payload) => {
    // Whatever was said while nobody listened.
    if (payload === undefined) return heard(ANY_NEWS)
    const [sender, ...news] = payload.split(' ')
    if (sender !== self) heard(new Set([...ANY_NEWS].filter((each) => news.includes(each))))
  })
}

/** Listens on a connection of its own, again and again when it is cut. `heard` is given nothing when something may have been missed. */
export async function listenOn(
  handle: PostgresHandle,
  channel: string,
  heard: (payload?: string) => void,
): Promise<() => Promise<void>> {
  let stopped = false
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  const connect = async (): Promise<void> => {
    timer = undefined
    try {
      client = await handle.connect()
      client.on('notification', ({ payload = '' }: Notification) => heard(payload))
      client.once('end', retry)
      await client.query(`listen ${channel}`)
      heard()
    } catch {
      retry()
    }
  }
  // A connection that is cut as it begins to listen says so twice; two in its place would each be two the next time.
  const retry = (): void => {
    if (!stopped) timer ??= setTimeout(connect, RETRY_MS).unref()
  }
  await connect()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await client?.end().catch(() => {})
  }
}
