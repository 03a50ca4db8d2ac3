import { builders } from '@regie/platform'
import { z } from 'zod'

interface Bench {
  readonly db: Record<string, never>
  readonly config: Record<string, never>
  readonly permission: 'order.read'
}

const { defineApp, job, workflow } = builders<Bench>('bench')

/** Ends at once: how soon the console shows it is measured. */
export const touch = job({
  name: 'touch',
  queue: 'live',
  input: z.object({ mark: z.string() }),
  run: async () => ({ done: true }),
})

/** Its steps are put in by the seed. */
export const long = workflow({
  name: 'long',
  queue: 'workflows',
  input: z.object({ steps: z.int() }),
  run: async () => ({ done: true }),
})

/** The app whose runs the console shows while it is measured. */
export const benchApp = defineApp({
  title: 'Bench',
  queues: { live: {}, workflows: {} },
  config: z.strictObject({}),
  migrations: {},
  permissions: { 'order.read': 'See orders' },
  roles: {},
  topics: [],
  events: [],
  projections: [],
  reactions: [],
  routes: [],
  jobs: [touch],
  workflows: [long],
  schedules: [],
  checks: [],
  slos: [],
  pages: [],
  personalData: [],
  stuckOperations: [],
})
