import { builders } from '@regie/platform'
import { z } from 'zod'

interface Trial {
  readonly db: Record<string, never>
  readonly config: Record<string, never>
  readonly permission: 'order.read'
}

const { defineApp, event, job, projection, signal, workflow } = builders<Trial>('trial')

/** Fails until its input is right, with an error that says what is wrong. */
export const ship = job({
  name: 'ship',
  input: z.object({ orderId: z.int(), address: z.string() }),
  retry: { attempts: 2, backoff: 'fixed', base: '1ms', jitter: 'none' },
  async run(ctx, { orderId, address }) {
    ctx.log.info({ orderId }, 'looks for a carrier')
    if (address === '') ctx.log.warn({ orderId }, 'there is nowhere to ship it to')
    if (address === '') throw Object.assign(new Error(`order ${orderId} has no address`), { code: 'ADDRESS_MISSING' })
    return { shipped: orderId, to: address }
  },
})

/** Fails until its input is right, and waits an hour for its next try. */
export const book = job({
  name: 'book',
  input: z.object({ carrier: z.string() }),
  retry: { attempts: 10, backoff: 'fixed', base: '1h', jitter: 'none' },
  run(_, { carrier }) {
    if (carrier === '') throw Object.assign(new Error('no carrier was named'), { code: 'CARRIER_MISSING' })
    return { carrier }
  },
})

/** Works until it is cancelled, telling how far it is. */
export const scan = job({
  name: 'scan',
  input: z.object({ pages: z.int() }),
  run: async (ctx, { pages }) => {
    await ctx.progress(40, `page 2 of ${pages}`)
    ctx.signal.throwIfAborted()
    await new Promise<void>((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
  },
})

/** Told of each parcel that leaves. */
export const packed = event({ name: 'packed', data: z.object({ weight: z.int() }) })

/** Of these parcels none can be weighed. */
export const unweighable = new Set<number>()

const weights = projection({
  name: 'weights',
  version: 1,
  mode: 'async',
  events: [packed],
  tables: ['trial_weight'],
  create: async (db) =>
    void (await db.schema
      .createTable('trial_weight')
      .addColumn('org_id', 'text')
      .addColumn('weight', 'bigint')
      .execute()),
  async apply(_, events) {
    const heavy = events.find(({ data }) => unweighable.has(data.weight))
    if (heavy !== undefined) throw new RangeError(`${heavy.data.weight} kg are too much for the scales`)
  },
})

const approved = signal({
  name: 'approved',
  payload: z.object({ by: z.string().meta({ examples: ['Ada'] }) }).describe('Who has approved it'),
})

/** Waits for somebody to approve it, then ships. */
export const order = workflow({
  name: 'order',
  input: z.object({ orderId: z.int(), address: z.string() }),
  signals: [approved],
  async run(wf, input) {
    await wf.step('reserve', () => ({ reserved: input.orderId }), { undo: () => {} })
    wf.set({ stage: 'waits for the manager' })
    const answer = await wf.wait(approved, { key: String(input.orderId), name: 'approval' })
    const shipped = await wf.call(ship, input, { name: 'ship' })
    return { shipped, by: answer?.by }
  },
})

/** Fetches items side by side, sends what it has, and puts everything back when it cannot be sent. */
export const pick = workflow({
  name: 'pick',
  input: z.object({ items: z.int(), fails: z.boolean(), waits: z.boolean().default(false) }),
  signals: [approved],
  async run(wf, { items, fails, waits }) {
    await wf.step('open box', () => ({ box: 7 }), { undo: () => {} })
    const fetched = Array.from(
      { length: items },
      (_, index) => () => wf.step(`fetch item ${index}`, () => index, { undo: () => {} }),
    )
    await wf.all(fetched, { concurrency: items })
    await wf.sleep('20ms', { name: 'cool down' })
    const labels = [1, 2, 3].map((orderId) => ship.with({ orderId, address: '4 rue Neuve, Lyon' }))
    await wf.all([() => wf.step('weigh', () => 12), () => wf.callMany(labels, { name: 'labels' })])
    if (waits) await wf.wait(approved, { name: 'until the van is there' })
    const handOver = (): void => {
      if (fails) throw Object.assign(new Error('the carrier does not come'), { code: 'NO_CARRIER' })
    }
    await wf.step('hand over', handOver, { retry: { attempts: 1 } })
  },
})

/** An app that is there to be looked at: what fails, what goes on, what waits. */
export const trial = defineApp({
  title: 'Trial',
  config: z.strictObject({}),
  migrations: {},
  permissions: { 'order.read': 'See orders' },
  jobs: [ship, book, scan],
  workflows: [order, pick],
  schedules: [],
  events: [packed],
  projections: [weights],
  reactions: [],
  topics: [],
  roles: {},
  checks: [],
  slos: [],
  pages: [],
  routes: [],
  personalData: [],
  stuckOperations: [],
})
