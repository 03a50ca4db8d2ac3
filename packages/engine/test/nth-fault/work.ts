import assert from 'node:assert/strict'
import { chord, group } from '@regie/engine'
import { until } from '@regie/engine/testing'
import { hurry } from './hurry.ts'
import type { Injector, Way } from './injector.ts'
import {
  added,
  after,
  completing,
  type FaultStore,
  hopeless,
  limited,
  openScene,
  plain,
  readCounted,
  readEffects,
  type Scene,
  saga,
  stubborn,
  unique,
} from './scene.ts'

/** Something a worker does, and what must have come of it whatever statement of it failed. */
export interface Work {
  readonly name: string
  readonly enqueue: (scene: Scene) => Promise<unknown>
  readonly expect: (scene: Scene) => Promise<void>
}

const states = async ({ engine }: Scene): Promise<readonly string[]> => {
  const { runs } = await engine.runs.search({}, { limit: 200 })
  return runs.map(({ job, state }) => `${job} ${state}`).toSorted()
}

const expectStates =
  (...expected: readonly string[]) =>
  async (scene: Scene): Promise<void> => {
    assert.deepEqual(await states(scene), expected)
  }

// biome-ignore lint/suspicious/noThenProperty: the engine's word for what comes after a batch.
const followed = { then: after.with({ name: 'after' }) }

/** What workers write. */
export const WORK: readonly Work[] = [
  {
    name: 'claim runs and write down that they succeeded',
    enqueue: ({ engine }) => engine.enqueueMany(plain, [{ name: 'a' }, { name: 'b' }]),
    expect: expectStates('plain succeeded', 'plain succeeded'),
  },
  {
    name: 'put off a run that failed, and run it again',
    enqueue: ({ engine }) => engine.enqueue(stubborn, { name: 'a' }),
    expect: expectStates('stubborn succeeded'),
  },
  {
    name: 'bury a run that failed for good',
    enqueue: ({ engine }) => engine.enqueue(hopeless, { name: 'a' }),
    expect: expectStates('hopeless failed'),
  },
  {
    name: 'complete a run with rows and a child',
    enqueue: ({ engine }) => engine.enqueue(completing, { name: 'a' }),
    async expect(scene) {
      assert.deepEqual(await readEffects(scene), ['a'])
      assert.deepEqual(await states(scene), ['after succeeded', 'completing succeeded'])
    },
  },
  {
    name: 'give back slots and unique keys',
    async enqueue({ engine }) {
      await engine.enqueueMany(limited, [{ name: 'a' }, { name: 'b' }])
      await engine.enqueue(unique, { name: 'a' })
    },
    async expect(scene) {
      assert.deepEqual(await states(scene), ['limited succeeded', 'limited succeeded', 'unique succeeded'])
      assert.equal((await scene.engine.enqueue(unique, { name: 'a' }, { delay: '1d' })).duplicate, false)
    },
  },
  {
    name: 'end a batch, and enqueue what follows it once',
    enqueue: ({ engine }) =>
      engine.enqueueBatch(
        [plain.with({ name: 'a' }), hopeless.with({ name: 'b' }), limited.with({ name: 'c' })],
        followed,
      ),
    expect: expectStates('after succeeded', 'hopeless failed', 'limited succeeded', 'plain succeeded'),
  },
  {
    name: 'start what is due, and end what has waited too long',
    async enqueue({ engine }) {
      await engine.enqueue(plain, { name: 'a' }, { delay: '2s' })
      await engine.enqueue(limited, { name: 'b' }, { queue: 'idle', expires: '3s' })
    },
    expect: expectStates('limited expired', 'plain succeeded'),
  },
  {
    name: 'take a workflow through its steps, a call, a sleep and a signal',
    enqueue: ({ engine }) => engine.enqueue(saga, { name: 'a', fails: false }),
    async expect(scene) {
      assert.deepEqual(await states(scene), ['plain succeeded', 'saga succeeded'])
      assert.deepEqual(await readEffects(scene), ['first'])
    },
  },
  {
    name: 'undo what a workflow did, the latest first, each at least once',
    enqueue: ({ engine }) => engine.enqueue(saga, { name: 'a', fails: true }),
    async expect(scene) {
      assert.deepEqual(await states(scene), ['plain succeeded', 'saga failed'])
      assert.deepEqual([...new Set(await readEffects(scene))], ['first', 'undo first', 'undo second'])
    },
  },
  {
    name: 'end a chord with its callback, once',
    enqueue: ({ engine }) =>
      engine.enqueue(chord(group([plain.with({ name: 'a' }), plain.with({ name: 'b' })]), after.with({ name: 'c' }))),
    expect: expectStates('after succeeded', 'engine.flow succeeded', 'plain succeeded', 'plain succeeded'),
  },
  {
    name: 'move a projection along the events, and run what follows them',
    enqueue: ({ engine }) => engine.append('stream', 'any', [added.with({ name: 'a' }), added.with({ name: 'b' })]),
    async expect(scene) {
      await until('the projection shows both', async () => {
        await scene.clock.advance(1_000)
        return (await readCounted(scene, 'async')).length === 2
      })
      assert.deepEqual(await readCounted(scene, 'async'), ['a', 'b'])
      assert.deepEqual(await readCounted(scene, 'inline'), ['a', 'b'])
      assert.deepEqual(await states(scene), ['after succeeded', 'after succeeded'])
    },
  },
]

const MOST = 600

/** Which statements fail in one go through all of them, and how. */
export interface Pass {
  readonly way: Way
  readonly from: number
  readonly step: number
}

/**
 * One statement in `stride` fails, in one way or another, and the ways take turns: going through all of them in every way
 * takes minutes. `REGIE_NTH_FAULT=all` does.
 */
export function passes(ways: readonly Way[], stride = 1): readonly Pass[] {
  if (process.env.REGIE_NTH_FAULT === 'all') return ways.map((way) => ({ way, from: 1, step: 1 }))
  return ways.map((way, index) => ({ way, from: index * stride + 1, step: ways.length * stride }))
}

/**
 * Fails each statement in turn that is made while a worker does this work, and lets it go on: whatever failed, everything
 * comes to its right end. Answers the last statement that failed.
 */
export async function failEachOfWork(
  store: FaultStore,
  injector: Injector,
  work: Work,
  { way, from, step }: Pass,
): Promise<number> {
  for (let nth = from; nth <= MOST; nth += step) {
    await using scene = await openScene(store)
    const { engine } = scene
    await engine.queues.pause('idle')
    await engine.queues.pause('default')
    await work.enqueue(scene)
    await engine.start({ roles: ['worker'] })
    const endHurry = hurry()
    injector.arm(nth, way)
    await engine.queues.resume('default').catch(() => engine.queues.resume('default'))
    await goOn(scene)
    const hit = injector.disarm()
    endHurry()
    const seen = injector.statements[nth - 1]
    await work.expect(scene).catch((cause: unknown) => {
      throw new Error(`after statement ${nth} was ${way}: ${seen}`, { cause })
    })
    if (!hit) return nth - step
  }
  throw new Error(`${work.name} still met faults at its statement ${MOST}`)
}

const PATIENCE_MS = 30_000

/**
 * Moves the clock until nothing is left to do; a look that meets the fault is made again. After several faults a worker
 * waits in real time before it goes on, so this does too.
 */
async function goOn({ engine, clock }: Scene): Promise<boolean> {
  const giveUpAt = performance.now() + PATIENCE_MS
  while (performance.now() < giveUpAt) {
    const left = await engine.runs
      .count({ state: ['queued', 'scheduled', 'blocked', 'running', 'waiting'] })
      .catch(() => undefined)
    if (left === 0) return true
    await clock.advance(500)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return false
}
