import { randomUUID } from 'node:crypto'
import { type Database, openBroadcast } from '@regie/engine'
import type { Bus, BusListener } from './bus.ts'

const CHANNEL = 'regie_platform'
// NOTIFY takes a lock that serialises commits: one for everything that was said within this time.
const COALESCE_MS = 10
// The server takes 8,000 bytes.
const LONGEST = 7_800
// Passing messages that come faster than the server takes them are worth less than the memory.
const MOST_WAITING = 1_000

/** PostgreSQL's notifications; on SQLite the others notice by themselves that something was written. */
export async function databaseBus(database: Database, { news, carried }: BusListener): Promise<Bus> {
  const self = randomUUID()
  const broadcast = await openBroadcast(database, CHANNEL, (text) => {
    if (text === undefined) return news()
    const [sender = '', kind = ''] = text.split(' ', 2)
    if (sender === self) return
    if (kind === 'news') news()
    else for (const line of text.slice(sender.length + kind.length + 2).split('\n')) carried(line)
  })
  const texts: string[] = []
  let sending: Promise<void> | undefined
  // One after another: connections of a pool overtake each other.
  const sendAll = async (): Promise<void> => {
    while (texts.length > 0)
      await broadcast.send(`${self} text ${takeBatch(texts, LONGEST - self.length)}`).catch(() => {})
    sending = undefined
  }
  let timer: NodeJS.Timeout | undefined
  return {
    announce() {
      timer ??= setTimeout(() => {
        timer = undefined
        void broadcast.send(`${self} news`).catch(() => {})
      }, COALESCE_MS).unref()
    },
    carry(text) {
      const isTooMuch = texts.length >= MOST_WAITING || Buffer.byteLength(text) > LONGEST - self.length
      if (!broadcast.carriesText || isTooMuch) return false
      texts.push(text)
      sending ??= sendAll()
      return true
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      texts.length = 0
      await sending
      await broadcast[Symbol.asyncDispose]()
    },
  }
}

/** As many as fit, in order, one a line: JSON has no line breaks. */
function takeBatch(texts: string[], most: number): string {
  let batch = texts.shift() ?? ''
  let next = texts[0]
  while (next !== undefined && Buffer.byteLength(batch) + Buffer.byteLength(next) + 1 <= most) {
    batch += `\n${next}`
    texts.shift()
    next = texts[0]
  }
  return batch
}
