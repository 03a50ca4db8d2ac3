import { randomUUID } from 'node:crypto'
import type { Logger } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { type Bus, type BusListener, hearLines } from './bus.ts'
import { Outlet } from './outlet.ts'

const CHANNEL = 'regie:platform'
const COALESCE_MS = 10

/** Redis pub/sub, for many processes with much to tell. Throws `REDIS_UNAVAILABLE` when `ioredis` is not installed. */
export async function redisBus(url: string, log: Logger, listener: BusListener): Promise<Bus> {
  const { Redis } = await loadRedis()
  const self = randomUUID()
  const options = { maxRetriesPerRequest: 1, retryStrategy: (tries: number) => Math.min(tries * 100, 2_000) }
  const ear = new Redis(url, { ...options, maxRetriesPerRequest: null })
  const mouth = new Redis(url, options)
  // Told once for each loss: both are cut together, and again at each attempt.
  ear.on('error', (err: unknown) => log.warn({ err }, 'Redis does not answer: live messages are looked for instead'))
  mouth.on('error', () => {})
  ear.on('message', (_channel: string, text: string) => {
    const [sender = '', kind = ''] = text.split(' ', 2)
    if (sender === self) return
    if (kind === 'news') listener.news()
    else hearLines(text.slice(sender.length + kind.length + 2), listener)
  })
  // Whatever was said while nobody listened.
  const ready = (): void => {
    listener.news()
    listener.missed()
  }
  ear.on('ready', () => void ear.subscribe(CHANNEL).then(ready, () => {}))
  let timer: NodeJS.Timeout | undefined
  const send = (text: string) => mouth.publish(CHANNEL, `${self} ${text}`)
  const outlet = new Outlet({ send: async (batch) => void (await send(`text ${batch}`)) })
  return {
    announce() {
      timer ??= setTimeout(() => {
        timer = undefined
        void send('news').catch(() => {})
      }, COALESCE_MS).unref()
    },
    carry: (line) => void outlet.say(line),
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      ear.disconnect()
      mouth.disconnect()
      await outlet.close()
    },
  }
}

async function loadRedis() {
  try {
    return await import('ioredis')
  } catch (cause) {
    throw new PlatformError(
      'REDIS_UNAVAILABLE',
      'REGIE_REDIS_URL is set, but ioredis is not installed: npm install ioredis',
      {
        cause,
      },
    )
  }
}
