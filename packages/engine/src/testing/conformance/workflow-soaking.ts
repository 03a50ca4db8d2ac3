import assert from 'node:assert/strict'
import { type Engine, signal, type Workflow, type WorkflowContext, workflow } from '@regie/engine'
import { z } from 'zod'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { addEffect, createEffects, engineTables, readEffects } from '../store.ts'
import type { Lab, Section } from './lab.ts'
import { nothingLeft } from './workflow-lab.ts'

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

const poke = signal({ name: 'poke', payload: z.object({}) })
const ACTS = ['do', 'do', 'fail once', 'sleep', 'wait', 'poke', 'call', 'many', 'side by side'] as const
const ENDS = ['return', 'return', 'throw', 'compensate'] as const
const Input = z.object({ seed: z.number(), depth: z.number() })
type Random = () => number

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T

/** Does whatever its seed says; every effect is written down with its undo, in the same commit as its step. */
const wander: Workflow<z.input<typeof Input>, unknown> = workflow({
  name: 'wander',
  input: Input,
  signals: [poke],
  crashes: 100,
  async run(wf, { seed, depth }) {
    const random = seeded(seed)
    await lane(wf, random, depth, '')
    const end = pick(random, ENDS)
    if (end === 'throw') throw new Error('as planned')
    if (end === 'compensate') await wf.compensate('as planned')
  },
})

async function lane(wf: WorkflowContext, random: Random, depth: number, prefix: string): Promise<void> {
  const acts = Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick(random, ACTS))
  // Drawn before anything is waited for: lanes that run side by side must not draw from each other.
  const plans = acts.map((act) => ({ act, number: Math.floor(random() * 1e9), key: `key ${Math.floor(random() * 5)}` }))
  for (const [index, { act, number, key }] of plans.entries()) {
    const name = `${prefix}${index} ${act}`
    const child = wander.with({ seed: number, depth: depth - 1 })
    if (act === 'do' || act === 'fail once') await effect(wf, name, act === 'fail once')
    if (act === 'sleep') await wf.sleep(`${1 + (number % 5)}s`, { name })
    if (act === 'wait') await wf.wait(poke, { key, timeout: `${1 + (number % 9)}s`, name })
    if (act === 'poke') await wf.signal(poke, {}, { key, name })
    if (act === 'call' && depth > 0) await wf.call(child, { name }).catch(() => {})
    if (act === 'many' && depth > 0) await wf.callMany([child, child, child], { name })
    if (act === 'side by side' && prefix.length < 12)
      await wf.all([1, 2, 3].map((n) => () => lane(wf, seeded(number + n), 0, `${name} ${n} `)))
  }
}

function effect(wf: WorkflowContext, name: string, failsOnce: boolean): Promise<void> {
  const mark = `${wf.run.id} ${name}`
  return wf.step(
    name,
    async (step) => {
      if (failsOnce && step.step.attempt === 1) throw new Error('as planned')
      await step.complete((tx) => addEffect(tx.db, mark))
    },
    {
      retry: { base: '1s' },
      undo: (_result, step) => step.complete((tx) => addEffect(tx.db, `${mark} undone`)),
    },
  )
}

interface Fleet {
  readonly engines: Engine[]
  /** Clocks that go; that of a dead process stands still. */
  readonly clocks: Set<FakeClock>
}

/** One thing that happens: more work, a cancellation, a process that stops, starts or dies; and time that passes. */
async function happen(lab: Lab, fleet: Fleet, random: Random): Promise<void> {
  const { start, clock } = lab
  const [first] = fleet.engines
  assert.ok(first !== undefined)
  const inputs = Array.from({ length: 4 }, () => ({ seed: Math.floor(random() * 1e9), depth: 1 }))
  await first.enqueueMany(wander, inputs, random() < 0.2 ? { deadline: '8s' } : {})
  const fate = random()
  if (fate < 0.4) {
    const { runs } = await first.runs.search({ job: 'wander', state: ['waiting', 'running', 'queued'] })
    if (runs.length > 0) await first.runs.cancel(pick(random, runs).id)
  }
  if (fate >= 0.4 && fate < 0.65) {
    const own = fakeClock(clock.now())
    fleet.clocks.add(own)
    fleet.engines.push(await start({ jobs: [wander], clock: own, stopMs: 2_000, random }))
  }
  if (fate >= 0.65 && fate < 0.85) fleet.clocks.delete([...fleet.clocks].at(-1) ?? clock)
  if (fate >= 0.85 && fleet.engines.length > 2) await fleet.engines.splice(1, 1)[0]?.stop()
  const ms = Math.floor(random() * 2_500)
  for (const each of [...fleet.clocks, clock]) await each.leap(ms)
}

async function soak(lab: Lab, seed: number): Promise<void> {
  const random = seeded(seed)
  const first = await lab.start({ jobs: [wander], stopMs: 2_000, random })
  await createEffects(first)
  const fleet: Fleet = { engines: [first], clocks: new Set() }
  for (let step = 0; step < 10; step++) await happen(lab, fleet, random)
  const open = { state: ['queued', 'scheduled', 'blocked', 'running', 'waiting'] } as const
  for (let seconds = 0; seconds < 180 && (await first.runs.count(open)) > 0; seconds++)
    for (const each of [...fleet.clocks, lab.clock]) await each.leap(1_000)
  assert.equal(await first.runs.count(open), 0, 'all have ended')
  await account(first)
}

/** Whatever was done was done once; undone, once and in reverse, exactly where the run did not succeed. */
async function account(engine: Engine): Promise<void> {
  const db = engineTables(engine)
  const effects = (await readEffects(engine)).map((name) => name.replace(/^(\d+) /, '$1\u0000').split('\u0000'))
  const steps = await db.selectFrom('engine_step').select(['run', 'name', 'state', 'seq']).orderBy('seq').execute()
  const runs = await db.selectFrom('engine_done').select(['id', 'state', 'error']).orderBy('id').execute()
  for (const { id, state, error } of runs) {
    const own = effects.filter(([run]) => Number(run) === id).map(([, name = '']) => name)
    assert.equal(new Set(own).size, own.length, `run ${id} did something twice: ${own}`)
    const done = own.filter((name) => !name.endsWith(' undone'))
    const undone = own.filter((name) => name.endsWith(' undone'))
    const because = `run ${id} ${state} ${error}: ${own}`
    if (state === 'succeeded') assert.deepEqual(undone, [], because)
    else assert.deepEqual(undone.toSorted(), done.map((name) => `${name} undone`).toSorted(), because)
    assert.doesNotMatch(error ?? '', /DIVERGED|COMPENSATION|WORKER_LOST|STEP_CONFLICT|STEP_NESTED/, because)
    const recorded = steps.filter((step) => step.run === id && /(do|fail once)$/.test(step.name))
    const closed = recorded.filter(({ state }) => state === 'done' || state === 'undone').map(({ name }) => name)
    assert.deepEqual(closed.toSorted(), done.toSorted(), because)
  }
  await nothingLeft(engine)
}

/** Everything at once, with workflows. */
export const workflowSoaking: Section = {
  title: 'workflows and everything at once',
  tests: Object.fromEntries(
    [1, 2].map((seed) => [
      `do everything once, and undo it once, while processes start, stop and die (seed ${seed})`,
      (lab: Lab) => soak(lab, seed),
    ]),
  ),
}
