import { randomUUID } from 'node:crypto'
import type { Logger } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import type { Bus, BusListener } from './bus.ts'

const CHANNEL = 'regie:platform'
const COALESCE_MS = 10

/** Redis pub/sub, for many processes with much to tell. Throws `REDIS_UNAVAILABLE` when `ioredis` is not installed. */
export async function redisBus(url: string, log: Logger, { news, carried }: BusListener): Promise<Bus> {
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
    if (kind === 'news') news()
    else carried(text.slice(sender.length + kind.length + 2))
  })
  // Whatever was said while nobody listened.
  ear.on('ready', () => void ear.subscribe(CHANNEL).then(news, () => {}))
  let timer: NodeJS.Timeout | undefined
  const send = (text: string): void => void mouth.publish(CHANNEL, `${self} ${text}`).catch(() => {})
  return {
    announce() {
      timer ??= setTimeout(() => {
        timer = undefined
        send('news')
      }, COALESCE_MS).unref()
    },
    carry(text) {
      send(`text ${text}`)
      return true
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      ear.disconnect()
      mouth.disconnect()
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
