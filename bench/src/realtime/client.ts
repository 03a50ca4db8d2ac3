import process from 'node:process'
import WebSocket from 'ws'
import type { ClientReport, Failure } from './main.ts'

interface Reply {
  readonly id?: number
  readonly error?: { readonly code: number; readonly message: string }
  readonly push?: { readonly pub?: { readonly data: { readonly at: number } } }
}

const [, , address = '', count = '0'] = process.argv
const AT_ONCE = 50
const lateMs: number[] = []
let connected = 0

/** Resolves once the topic is subscribed to; rejects when the server refuses, closes, or is silent for half a minute. */
async function connect(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = new WebSocket(`${address.replace('http', 'ws')}/connection/websocket`, { perMessageDeflate: false })
  const silence = setTimeout(() => reject(new Error('a client was not connected within 30 s')), 30_000)
  let isConnected = false
  socket.on('error', reject)
  socket.on('close', (code, reason) => {
    if (isConnected) connected -= 1
    reject(new Error(`the server closed a connection: ${code} ${reason}`))
  })
  socket.on('open', () => socket.send('{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"bench.ticks"}}'))
  socket.on('message', (content) => {
    for (const line of String(content).split('\n')) {
      const { id, error, push } = JSON.parse(line) as Reply
      if (line === '{}') socket.send('{}')
      if (error !== undefined) reject(new Error(`the server refused command ${id}: ${error.code} ${error.message}`))
      else if (id === 2) resolve()
      if (push?.pub !== undefined) lateMs.push(Date.now() - push.pub.data.at)
    }
  })
  await promise.finally(() => clearTimeout(silence))
  isConnected = true
  connected += 1
}

async function connectAll(): Promise<void> {
  for (let begun = 0; begun < Number(count); begun += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, Number(count) - begun) }, connect))
}

process.on('message', async (question) => {
  try {
    if (question === 'connected') await connectAll()
    const report: ClientReport = { connected, lateMs }
    process.send?.(report)
  } catch (error) {
    const failure: Failure = { failed: `${connected} clients were connected, then: ${error}` }
    process.send?.(failure, () => process.exit(1))
  }
})
// Nobody asks any more: what is open must not keep this process alive.
process.once('disconnect', () => process.exit(0))
