import { once } from 'node:events'
import process from 'node:process'
import WebSocket from 'ws'
import type { ClientReport } from './realtime.ts'

const [, , address = '', count = '0'] = process.argv
const AT_ONCE = 50
const lateMs: number[] = []
let connected = 0

async function connect(): Promise<void> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/connection/websocket`, { perMessageDeflate: false })
  await once(socket, 'open')
  socket.send('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"bench.ticks"}}')
  const subscribed = Promise.withResolvers<void>()
  socket.on('message', (content) => {
    const text = String(content)
    if (text === '{}') return socket.send('{}')
    const { id, push } = JSON.parse(text) as { id?: number; push?: { pub?: { data: { at: number } } } }
    if (id === 2) subscribed.resolve()
    if (push?.pub !== undefined) lateMs.push(Date.now() - push.pub.data.at)
  })
  await subscribed.promise
  connected += 1
  socket.on('close', () => {
    connected -= 1
  })
}

process.on('message', async (question) => {
  if (question === 'connected') {
    for (let begun = 0; begun < Number(count); begun += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, connect))
  }
  const report: ClientReport = { connected, lateMs }
  process.send?.(report)
})
