import type { Client } from 'pg'
import type { PostgresHandle } from './open.ts'

const CHANNEL = 'regie_engine'
// NOTIFY takes a lock that serialises commits: one for everything that happened within this time, on its own connection.
const COALESCE_MS = 10
const RETRY_MS = 1_000

/** Sends at most one notification per 10 ms, outside anybody's transaction. */
export function createAnnouncer(handle: PostgresHandle) {
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<unknown> = Promise.resolve()
  const send = (): void => {
    timer = undefined
    // A lost notification costs latency only: the others poll.
    sending = handle.pool.query(`select pg_notify('${CHANNEL}', $1)`, [String(process.pid)]).catch(() => {})
  }
  return {
    announce(): void {
      timer ??= setTimeout(send, COALESCE_MS).unref()
    },
    async close(): Promise<void> {
      clearTimeout(timer)
      timer = undefined
      await sending
    },
  }
}

/** Listens on a connection of its own, again and again when it is cut. */
export async function listenTo(handle: PostgresHandle, heard: () => void): Promise<() => Promise<void>> {
  let stopped = false
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  const connect = async (): Promise<void> => {
    try {
      client = await handle.connect()
      client.on('notification', heard)
      client.once('end', retry)
      await client.query(`listen ${CHANNEL}`)
      heard()
    } catch {
      retry()
    }
  }
  const retry = (): void => {
    if (!stopped) timer = setTimeout(connect, RETRY_MS).unref()
  }
  await connect()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await client?.end().catch(() => {})
  }
}
