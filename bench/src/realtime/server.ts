import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { builders, createPlatform, parseConfig } from '@regie/platform'
import { z } from 'zod'
import { knownIdentity } from '../known-identity.ts'
import type { ServerReport } from './main.ts'

interface Bench {
  readonly db: object
  readonly config: Record<string, never>
  readonly permission: 'tick.read'
}

const [, , folder = '', messages = '0', everyMs = '0'] = process.argv
const { defineApp, topic } = builders<Bench>('bench')
const ticks = topic({
  name: 'ticks',
  summary: 'When it was said',
  data: z.object({ at: z.number() }),
  permission: 'tick.read',
})
const app = defineApp({
  title: 'Bench',
  config: z.strictObject({}),
  migrations: {},
  permissions: { 'tick.read': 'Listen' },
  roles: {},
  topics: [ticks],
  events: [],
  projections: [],
  reactions: [],
  routes: [],
  jobs: [],
  workflows: [],
  schedules: [],
  checks: [],
  slos: [],
  pages: [],
  personalData: [],
  stuckOperations: [],
})
// All come from this machine, which as a proxy may hold more than the 1,000 connections of one address.
const env = {
  REGIE_DATA_DIR: folder,
  REGIE_PORT: '0',
  REGIE_LOG_LEVEL: 'error',
  REGIE_TRUSTED_PROXIES: '127.0.0.1',
}
const config = parseConfig(env, {}, [app])
const limits = { connectionsEach: 20_000 }
const platform = await createPlatform({
  config,
  apps: [app],
  identity: knownIdentity(config.org.id),
  realtime: { limits },
})
const { address = '' } = await platform.start()
const context = platform.services.context<Bench>('bench', platform.config.org.id)

process.on('message', async (question) => {
  if (question === 'publish') {
    for (let count = 0; count < Number(messages); count += 1) {
      await context.publish(ticks, {}, { at: Date.now() })
      await sleep(Number(everyMs))
    }
  }
  const report: ServerReport = { address, rssMb: Math.round(process.memoryUsage.rss() / 104_857.6) / 10 }
  process.send?.(report)
})
process.once('disconnect', () => process.exit(0))
