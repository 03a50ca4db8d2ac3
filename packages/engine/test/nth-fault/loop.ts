import assert from 'node:assert/strict'
import type { Injector, Way } from './injector.ts'
import type { Operation } from './operations.ts'
import { dump, type FaultStore, openScene, type Scene } from './scene.ts'

// No operation here needs as many statements: reaching it means that one never passes.
const MOST = 200

/**
 * Fails the first, the second, the third … statement of an operation until it passes without meeting a fault. Each time
 * either all of it is there or nothing, and it can be done again by the very same engine. Answers how many statements failed.
 */
export async function failEach(store: FaultStore, injector: Injector, operation: Operation, way: Way): Promise<number> {
  const wholes: string[] = []
  let scene = await prepared(store, operation)
  try {
    const before = await dump(scene)
    for (let nth = 1; nth <= MOST; nth++) {
      const { hit, error } = await attempt(scene, injector, operation, nth, way)
      const after = await dump(scene)
      const where = `statement ${nth} ${way}: ${injector.statements.at(-1)}`
      if (!hit) {
        assert.equal(error, undefined, `${operation.name} passes without a fault`)
        await settleDown(scene)
        for (const whole of wholes) assert.equal(whole, after, `all of it, or nothing (${way})`)
        return nth - 1
      }
      if (after === before) {
        // A tick goes on with the other schedules, and says by `onTrouble` which could not be fired.
        if (operation.inParts !== true)
          assert.notEqual(error, undefined, `what is not there was not answered (${where})`)
        continue
      }
      if (operation.inParts === true) await operation.act(scene)
      wholes.push(await dump(scene))
      await scene[Symbol.asyncDispose]()
      scene = await prepared(store, operation)
    }
    assert.fail(`${operation.name} still met faults at its statement ${MOST}`)
  } finally {
    await scene[Symbol.asyncDispose]()
  }
}

async function prepared(store: FaultStore, operation: Operation): Promise<Scene> {
  const scene = await openScene(store)
  await operation.prepare?.(scene)
  return scene
}

async function attempt(scene: Scene, injector: Injector, operation: Operation, nth: number, way: Way) {
  injector.arm(nth, way)
  try {
    await operation.act(scene)
    return { hit: injector.disarm(), error: undefined }
  } catch (error) {
    return { hit: injector.disarm(), error }
  }
}

/** Nothing is stuck: a worker brings everything to its end, and nothing is left of it. */
async function settleDown({ engine, clock }: Scene): Promise<void> {
  await engine.queues.resume('default')
  await engine.start({ roles: ['worker'] })
  for (let minutes = 0; minutes < 180; minutes++) {
    if ((await engine.runs.count({ state: ['queued', 'scheduled', 'blocked', 'running', 'waiting'] })) === 0) return
    await clock.advance(minutes < 20 ? 1_000 : 60_000)
  }
  const { runs } = await engine.runs.search({ state: ['queued', 'scheduled', 'blocked', 'running', 'waiting'] })
  assert.fail(`stuck: ${JSON.stringify(runs)}`)
}
