import assert from 'node:assert/strict'
import { type Engine, job, type Run } from '@regie/engine'
import { z } from 'zod'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { addEffect, countRows, createEffects, readEffects } from '../store.ts'
import type { Lab, Section } from './lab.ts'

const PLANS = ['completes', 'returns', 'fails', 'fails twice', 'enqueues', 'takes its time'] as const

const Work = z.object({ name: z.string(), key: z.string(), plan: z.enum(PLANS) })

const leaf = job({ name: 'leaf', input: z.object({ name: z.string() }), run: () => {} })

/** Does what its plan says; whatever it leaves behind it leaves through `ctx.complete`. */
const work = job({
  name: 'work',
  input: Work,
  timeout: '20s',
  retry: { attempts: 5, base: '400ms' },
  limits: [
    { key: ({ key }) => key, concurrency: 2 },
    { key: 'all', rate: '40/1s' },
  ],
  async run(ctx, { name, plan }) {
    if (plan === 'takes its time') await new Promise((resolve) => ctx.clock.setTimer(() => resolve(undefined), 700))
    ctx.signal.throwIfAborted()
    if (plan === 'fails') throw new Error('as planned')
    if (plan === 'fails twice' && ctx.run.attempt < 3) throw new Error('not yet')
    if (plan === 'returns') return
    await ctx.complete(async (tx) => {
      await addEffect(tx.db, name)
      if (plan === 'enqueues') await tx.enqueue(leaf, { name })
    })
  },
})

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Fleet {
  readonly engines: Engine[]
  /** Clocks that go; that of a dead process stands still. */
  readonly clocks: Set<FakeClock>
}

/** One thing that happens: more work, a cancellation, a pause, a process that stops, starts or dies, time that passes. */
async function happen({ start, clock }: Lab, fleet: Fleet, random: () => number, step: number): Promise<void> {
  const options = { jobs: [work, leaf], queues: { default: { concurrency: 4 } }, random, stopMs: 2_000 }
  const [first] = fleet.engines
  assert.ok(first !== undefined)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const inputs = Array.from({ length: 15 }, (_, n) => ({
    name: `${step}-${n}`,
    key: `key ${Math.floor(random() * 4)}`,
    plan: pick(PLANS) ?? 'completes',
  }))
  const tags = [`third-${step % 3}`]
  await first.enqueueMany(work, inputs, random() < 0.3 ? { delay: '2s', tags } : { tags })
  const fate = random()
  if (fate < 0.15)
    await first.runs.cancelMany({ tag: `third-${(step + 1) % 3}`, state: ['queued', 'blocked', 'running'] })
  if (fate >= 0.15 && fate < 0.25) await first.queues.pause('default')
  if (fate >= 0.25 && fate < 0.6) await first.queues.resume('default')
  if (fate >= 0.6 && fate < 0.75) {
    const own = fakeClock(clock.now())
    fleet.clocks.add(own)
    fleet.engines.push(await start({ ...options, clock: own }))
  }
  if (fate >= 0.75 && fate < 0.9) fleet.clocks.delete([...fleet.clocks].at(-1) ?? clock)
  if (fate >= 0.9 && fleet.engines.length > 2) await fleet.engines.splice(1, 1)[0]?.stop()
  const ms = Math.floor(random() * 3_000)
  for (const each of [...fleet.clocks, clock]) await each.advance(ms)
}

async function soak(lab: Lab, seed: number): Promise<void> {
  const random = seeded(seed)
  const options = { jobs: [work, leaf], queues: { default: { concurrency: 4 } }, random, stopMs: 2_000 }
  const first = await lab.start(options)
  await createEffects(first)
  const fleet: Fleet = { engines: [first], clocks: new Set() }
  for (let step = 0; step < 10; step++) await happen(lab, fleet, random, step)
  await first.queues.resume('default')
  const open = { state: ['queued', 'scheduled', 'blocked', 'running', 'parked'] } as const
  for (let seconds = 0; seconds < 90 && (await first.runs.count(open)) > 0; seconds++) {
    for (const each of [...fleet.clocks, lab.clock]) await each.advance(1_000)
  }
  await account(first)
}

/** Everything enqueued has ended, and left behind what its end says, once. */
async function account(engine: Engine): Promise<void> {
  const runs: Run[] = []
  for (let after: string | undefined, more = true; more; ) {
    const page = await engine.runs.search({}, { limit: 200, ...(after === undefined ? {} : { after }) })
    runs.push(...page.runs)
    after = page.next
    more = after !== undefined
  }
  const works = runs.filter((run) => run.job === 'work').map((run) => ({ ...run, input: Work.parse(run.input) }))
  assert.equal(works.length, 150)
  for (const { id, state, attempt } of works) {
    assert.ok(['succeeded', 'failed', 'cancelled'].includes(state), `run ${id} is ${state}`)
    assert.ok(attempt <= 6, `run ${id} had ${attempt} attempts`)
  }
  const succeeded = works.filter(({ state, input }) => state === 'succeeded' && input.plan !== 'returns')
  assert.deepEqual(await readEffects(engine), succeeded.map(({ input }) => input.name).toSorted())
  const parents = succeeded.filter(({ input }) => input.plan === 'enqueues').map(({ id }) => id)
  const leaves = runs.filter((run) => run.job === 'leaf')
  assert.deepEqual(
    leaves.map(({ parentId = 0 }) => parentId).toSorted((a, b) => a - b),
    parents.toSorted((a, b) => a - b),
  )
  for (const table of ['engine_ready', 'engine_timer', 'engine_blocked', 'engine_hold', 'engine_cancel'] as const) {
    assert.equal(await countRows(engine, table), 0, table)
  }
}

/** Everything at once. */
export const soaking: Section = {
  title: 'everything at once',
  tests: Object.fromEntries(
    [1, 2].map((seed) => [
      `loses nothing and does nothing twice while processes start, stop and die (seed ${seed})`,
      (lab: Lab) => soak(lab, seed),
    ]),
  ),
}
