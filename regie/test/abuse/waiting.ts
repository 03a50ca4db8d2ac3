import { builders } from '@regie/platform'
import { z } from 'zod'
import type { Product } from '../product.ts'
import type { Things } from './tenants.ts'

interface Waiting {
  readonly db: object
  readonly config: object
  readonly permission: never
}

const { defineApp, signal, workflow } = builders<Waiting>('waiting')
const answered = signal({ name: 'answered', payload: z.unknown() })
const ask = workflow({
  name: 'ask',
  input: z.object({ key: z.string() }),
  signals: [answered],
  async run(wf, { key }) {
    await wf.step('reserve', () => key)
    await wf.wait(answered, { key, name: 'answer' })
  },
})

/** An app with a workflow, which waits for something that never comes: so its addresses have one to speak of. */
export const waitingApp = defineApp({
  title: 'Waiting',
  config: z.strictObject({}),
  migrations: {},
  permissions: {},
  jobs: [],
  schedules: [],
  personalData: [],
  stuckOperations: [],
  events: [],
  projections: [],
  workflows: [ask],
  reactions: [],
  roles: {},
  checks: [],
  slos: [],
  pages: [],
  routes: [],
})

/** Begins the workflow of {@link waitingApp} in an organisation, and waits until it waits. */
export async function beginWaiting({ platform }: Product, org: string): Promise<Things> {
  const { engine } = platform
  const { id } = await engine.enqueue(ask, { key: 'fuzz' }, { org })
  for (;;) {
    const { waitingFor } = await engine.workflows.get(id)
    if (waitingFor.length > 0) return { 'workflows/:id': String(id) }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
