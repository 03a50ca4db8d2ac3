import { randomUUID } from 'node:crypto'
import { type Database, openBroadcast } from '@regie/engine'
import { type Bus, type BusListener, hearLines } from './bus.ts'
import { Outlet } from './outlet.ts'
import { joinParts, partsOf } from './parts.ts'

const CHANNEL = 'regie_platform'
// NOTIFY takes a lock that serialises commits: one for everything that was said within this time.
const COALESCE_MS = 10
// The server takes 8,000 bytes, of which some are the sender's name.
const LONGEST = 7_700

/** PostgreSQL's notifications; on SQLite the others notice by themselves that something was written, and nothing is carried. */
export async function databaseBus(database: Database, listener: BusListener): Promise<Bus> {
  const self = randomUUID()
  const join = joinParts()
  const broadcast = await openBroadcast(database, CHANNEL, (text) => {
    if (text === undefined) {
      listener.news()
      listener.missed()
      return
    }
    const [sender = '', kind = ''] = text.split(' ', 2)
    if (sender === self) return
    if (kind === 'news') return listener.news()
    const whole = join(sender, { isLast: kind === 'text', text: text.slice(sender.length + kind.length + 2) })
    if (whole !== undefined) hearLines(whole, listener)
  })
  // One after another: connections of a pool overtake each other.
  const outlet = new Outlet({
    async send(batch) {
      for (const { isLast, text } of partsOf(batch, LONGEST))
        await broadcast.send(`${self} ${isLast ? 'text' : 'part'} ${text}`)
    },
  })
  let timer: NodeJS.Timeout | undefined
  return {
    announce() {
      timer ??= setTimeout(() => {
        timer = undefined
        void broadcast.send(`${self} news`).catch(() => {})
      }, COALESCE_MS).unref()
    },
    carry(line) {
      if (broadcast.carriesText) outlet.say(line)
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await outlet.close()
      await broadcast[Symbol.asyncDispose]()
    },
  }
}
