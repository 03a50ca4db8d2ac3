import { randomUUID } from 'node:crypto'
import { type Database, openBroadcast } from '@regie/engine'
import type { Bus, BusListener } from './bus.ts'

const CHANNEL = 'regie_platform'
// NOTIFY takes a lock that serialises commits: one for everything that was said within this time.
const COALESCE_MS = 10
// The server takes 8,000 bytes.
const LONGEST = 7_800

/** PostgreSQL's notifications; on SQLite the others notice by themselves that something was written. */
export async function databaseBus(database: Database, { news, carried }: BusListener): Promise<Bus> {
  const self = randomUUID()
  const broadcast = await openBroadcast(database, CHANNEL, (text) => {
    if (text === undefined) return news()
    const [sender = '', kind = ''] = text.split(' ', 2)
    if (sender === self) return
    if (kind === 'news') news()
    else carried(text.slice(sender.length + kind.length + 2))
  })
  let timer: NodeJS.Timeout | undefined
  const send = (text: string): void => void broadcast.send(`${self} ${text}`).catch(() => {})
  return {
    announce() {
      timer ??= setTimeout(() => {
        timer = undefined
        send('news')
      }, COALESCE_MS).unref()
    },
    carry(text) {
      if (!broadcast.carriesText || Buffer.byteLength(text) > LONGEST - self.length) return false
      send(`text ${text}`)
      return true
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await broadcast[Symbol.asyncDispose]()
    },
  }
}
