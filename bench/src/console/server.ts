import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnyApp, createPlatform, type Platform, parseConfig } from '@regie/platform'
import { quotes } from '@regie/quotes'
import { benchApp, long, touch } from './app.ts'
import type { Answered, Asked, Questions } from './messages.ts'
import { seedRuns, seedSteps } from './store.ts'

const CONSOLE = new URL('../../../regie/dist/console', import.meta.url).pathname
const APPS: readonly AnyApp[] = [quotes, benchApp]
const TICK_MS = 20

let platform: Platform | undefined

function running(): Platform {
  if (platform === undefined) throw new Error('the server has not been started')
  return platform
}

const answers: Questions = {
  async start({ folder, databaseUrl, runs }) {
    const env = {
      REGIE_DATA_DIR: folder,
      REGIE_PORT: '0',
      REGIE_RATE_LIMIT: 'off',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    }
    const config = parseConfig(env, {}, APPS)
    platform = await createPlatform({ config, apps: APPS, console: CONSOLE })
    await platform.migrate()
    const from = performance.now()
    await seedRuns(platform.database, { org: config.org.id, runs, now: Date.now() })
    const seedSeconds = (performance.now() - from) / 1_000
    const { address = '', setupLink = '' } = await platform.start()
    // Under the name that the link has: a session belongs to one host.
    return { address: address.replace('127.0.0.1', 'localhost'), setupLink, seedSeconds }
  },
  async workflow(steps) {
    const { engine, database } = running()
    const { id } = await engine.enqueue(long, { steps })
    await engine.runs.wait(id)
    await seedSteps(database, id, steps, Date.now())
    return id
  },
  async touch(mark) {
    const at = Date.now()
    const { id } = await running().engine.enqueue(touch, { mark })
    return { id, at }
  },
  async flood({ perSecond, seconds }) {
    const { log } = running()
    const began = performance.now()
    let written = 0
    while (written < perSecond * seconds) {
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) * perSecond) / 1_000))
      for (; written < due; written += 1)
        log.info({ part: 'flood', orderId: written }, `order ${written} was packed and sent`)
      await sleep(TICK_MS)
    }
    return written
  },
}

process.on('message', async ({ number, question, given }: Asked) => {
  const answer: Answered = await answers[question](given as never).then(
    (value) => ({ number, value }),
    (error: unknown) => ({ number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
  process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))
