import assert from 'node:assert/strict'
import { job, PermanentError, workflow } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { engineTables } from '../store.ts'
import { door, ended, reached, refusal, type Section } from './lab.ts'
import { flow, stepsOf } from './workflow-lab.ts'

/** What is done, in order, and what is to fail. */
function ledger() {
  const done: string[] = []
  const broken = new Set<string>()
  const act = (name: string) => (): string => {
    if (broken.has(name)) throw new PermanentError(`${name} is broken`)
    done.push(name)
    return `${name} ${done.length}`
  }
  return { done, broken, act }
}

/** How a workflow goes on after it has failed. */
export const workflowRetrying: Section = {
  title: 'retrying workflows',
  tests: {
    'goes on from the failed step, and does nothing twice': async (lab) => {
      const { done, broken, act } = ledger()
      broken.add('two')
      const three = flow('three', async (wf) => {
        await wf.step('one', act('one'))
        await wf.step('two', act('two'), { retry: { attempts: 1 } })
        return wf.step('three', act('three'))
      })
      const engine = await lab.start({ jobs: [three] })
      const { id } = await engine.enqueue(three, {})
      assert.equal((await ended(engine, id)).error?.code, 'STEP_FAILED')
      broken.clear()
      await engine.workflows.retry(id)
      assert.equal((await ended(engine, id)).result, 'three 3')
      assert.deepEqual(done, ['one', 'two', 'three'])
      await refusal('RUN_STATE', () => engine.workflows.retry(id))
      await refusal('RUN_STATE', () => engine.runs.retry(id))
    },

    'gives a failed step all its attempts anew': async (lab) => {
      let attempts = 0
      const flaky = flow('flaky', (wf) =>
        wf.step(
          'try',
          ({ step }) => {
            attempts++
            if (attempts < 4) throw new Error(`attempt ${step.attempt}`)
            return step.attempt
          },
          { retry: { attempts: 2, base: '1ms', max: '1ms' } },
        ),
      )
      const engine = await lab.start({ jobs: [flaky] })
      const { id } = await engine.enqueue(flaky, {})
      await lab.clock.advance(1_000)
      assert.equal((await ended(engine, id)).state, 'failed')
      await engine.runs.retry(id)
      await lab.clock.advance(1_000)
      assert.deepEqual([(await ended(engine, id)).result, attempts], [2, 4])
    },

    'remembers a failure from which the code went on, and tries again only what stopped it': async (lab) => {
      const { done, broken, act } = ledger()
      broken.add('first').add('last')
      const careful = flow('careful', async (wf) => {
        await wf.step('first', act('first')).catch(() => wf.step('instead', act('instead')))
        await wf.step('last', act('last'))
      })
      const engine = await lab.start({ jobs: [careful] })
      const { id } = await engine.enqueue(careful, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      broken.clear()
      await engine.workflows.retry(id)
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual(done, ['instead', 'last'])
    },

    'tries again the one of several at once that failed, and keeps the others': async (lab) => {
      const { broken, act } = ledger()
      broken.add('b')
      const several = flow('several', (wf) =>
        wf.all(['a', 'b', 'c'].map((name) => () => wf.step(name, act(name), { retry: { attempts: 1 } }))),
      )
      const engine = await lab.start({ jobs: [several] })
      const { id } = await engine.enqueue(several, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      broken.clear()
      await engine.workflows.retry(id)
      assert.deepEqual((await ended(engine, id)).result, ['a 1', 'b 3', 'c 2'])
    },

    'does again what it had undone, and what it had done in view of it': async (lab) => {
      const { done, broken, act } = ledger()
      broken.add('pay')
      const trip = flow('trip', async (wf) => {
        await wf.step('quote', act('quote'))
        const car = await wf.step('car', act('car'), { undo: (result) => void done.push(`undo ${result}`) })
        await wf.step('tell', () => act(`tell of ${car}`)())
        await wf.step('pay', act('pay'))
        return car
      })
      const engine = await lab.start({ jobs: [trip] })
      const { id } = await engine.enqueue(trip, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      assert.deepEqual(done, ['quote', 'car', 'tell of car 2', 'undo car 2'])
      broken.clear()
      await engine.workflows.retry(id)
      assert.equal((await ended(engine, id)).result, 'car 5')
      assert.deepEqual(done.slice(4), ['car', 'tell of car 5', 'pay'])
      assert.equal('ending' in (await engine.workflows.get(id)), false)
    },

    'lets a cancelled one go on, which waits anew for what it had waited for': async (lab) => {
      const { done, act } = ledger()
      const cancelled = flow('cancelled', async (wf) => {
        await wf.step('book', act('book'), { undo: () => void done.push('undo') })
        await wf.sleep('2s')
        await wf.step('go', act('go'))
      })
      const engine = await lab.start({ jobs: [cancelled] })
      const { id } = await engine.enqueue(cancelled, {})
      await reached(engine, id, 'waiting')
      await engine.workflows.cancel(id)
      assert.equal((await ended(engine, id)).state, 'cancelled')
      await engine.workflows.retry(id)
      await reached(engine, id, 'waiting')
      await lab.clock.advance(2_500)
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual(done, ['book', 'undo', 'book', 'go'])
    },

    'calls a failed child anew, and keeps those that succeeded': async (lab) => {
      const { done, broken, act } = ledger()
      broken.add('b')
      const child = job({
        name: 'child',
        input: z.object({ name: z.string() }),
        retry: { attempts: 1 },
        run: (_ctx, { name }) => act(name)(),
      })
      const parent = flow('parent', (wf) =>
        wf.all(['a', 'b'].map((name) => () => wf.call(child, { name }, { name: `child ${name}` }))),
      )
      const engine = await lab.start({ jobs: [parent, child] })
      const { id } = await engine.enqueue(parent, {})
      assert.match((await ended(engine, id)).error?.message ?? '', /child b/)
      const [, before] = (await engine.workflows.get(id)).steps
      broken.clear()
      await engine.workflows.retry(id)
      assert.deepEqual((await ended(engine, id)).result, ['a 1', 'b 2'])
      const [, after] = (await engine.workflows.get(id)).steps
      assert.notDeepEqual(after?.childRunIds, before?.childRunIds)
      assert.deepEqual(done, ['a', 'b'])
    },

    'calls many anew when one of them failed and nothing was done since': async (lab) => {
      const { broken, act } = ledger()
      broken.add('b')
      const child = job({
        name: 'child',
        input: z.object({ name: z.string() }),
        retry: { attempts: 1 },
        run: (_ctx, { name }) => act(name)(),
      })
      const parent = flow('parent', async (wf) => {
        const outcomes = await wf.callMany(['a', 'b'].map((name) => child.with({ name })))
        if (outcomes.some(({ state }) => state !== 'succeeded')) throw new Error('not all')
        return outcomes.length
      })
      const engine = await lab.start({ jobs: [parent, child] })
      const { id } = await engine.enqueue(parent, {})
      assert.equal((await ended(engine, id)).error?.message, 'not all')
      broken.clear()
      await engine.workflows.retry(id)
      assert.equal((await ended(engine, id)).result, 2)
    },

    'goes on undoing when that was what failed, and ends as it was to end': async (lab) => {
      const { done, broken, act } = ledger()
      broken.add('undo b')
      const saga = flow('saga', async (wf) => {
        for (const name of ['a', 'b', 'c'])
          await wf.step(name, act(name), {
            undo: act(`undo ${name}`),
            retry: { attempts: 10, base: '1ms', max: '1ms' },
          })
        throw new Error('no')
      })
      const engine = await lab.start({ jobs: [saga] })
      const { id } = await engine.enqueue(saga, {})
      const failed = await ended(engine, id)
      assert.equal(failed.error?.code, 'COMPENSATION_FAILED')
      const detail = await engine.workflows.get(id)
      assert.equal(detail.ending?.error.message, 'no')
      assert.deepEqual(await stepsOf(engine, id), ['a done', 'b undoing', 'c undone'])
      broken.clear()
      await engine.workflows.retry(id)
      assert.equal((await ended(engine, id)).error?.message, 'no')
      assert.deepEqual(done, ['a', 'b', 'c', 'undo c', 'undo b', 'undo a'])
      await engine.workflows.retry(id)
      assert.equal((await ended(engine, id)).state, 'failed')
      assert.deepEqual(done.slice(6), ['a', 'b', 'c', 'undo c', 'undo b', 'undo a'])
    },

    'begins from scratch with a new input, under the version of the code there is now': async (lab) => {
      const seen: string[] = []
      const versioned = (version: number) =>
        workflow({
          name: 'versioned',
          version,
          input: z.object({ word: z.string() }),
          async run(wf, { word }) {
            await wf.step('see', () => void seen.push(`${word} ${wf.run.version}`))
            if (word === 'bad') throw new Error('bad')
          },
        })
      const old = await lab.start({ jobs: [versioned(1)] })
      const { id } = await old.enqueue(versioned(1), { word: 'bad' })
      assert.equal((await ended(old, id)).state, 'failed')
      await old.stop()
      const engine = await lab.start({ jobs: [versioned(12)] })
      await refusal('PAYLOAD_INVALID', () => engine.workflows.retry(id, { input: { word: 7 } }))
      assert.equal((await engine.workflows.get(id)).version, 1)
      await engine.workflows.retry(id, { input: { word: 'good' } })
      assert.equal((await ended(engine, id)).state, 'succeeded')
      await engine.runs.retry(id, { input: { word: 'fine' } })
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual(seen, ['bad 1', 'good 12', 'fine 12'])
    },

    'is refused while it runs, and goes on where it was after its process died in the retry': async (lab) => {
      const { done, broken, act } = ledger()
      broken.add('two')
      const [entered, gate] = [door(), door()]
      lab.atEnd(gate.open)
      let hang = false
      const code = flow('code', async (wf) => {
        await wf.step('one', act('one'))
        await wf.step('two', async () => {
          if (hang) {
            entered.open()
            await gate.opened
          }
          return act('two')()
        })
      })
      const dead = await lab.start({ jobs: [code], clock: fakeClock(lab.clock.now()) })
      const { id } = await dead.enqueue(code, {})
      assert.equal((await ended(dead, id)).state, 'failed')
      broken.clear()
      hang = true
      await dead.workflows.retry(id)
      await entered.opened
      await refusal('RUN_STATE', () => dead.workflows.retry(id))
      hang = false
      const rescuer = await lab.start({ jobs: [code] })
      await lab.clock.advance(10_000)
      assert.equal((await ended(rescuer, id)).state, 'succeeded')
      assert.deepEqual(done, ['one', 'two'])
    },

    'retries many by a filter, and leaves those that succeeded alone': async (lab) => {
      const { broken, act } = ledger()
      broken.add('work')
      const failing = flow('failing', (wf) => wf.step('work', act('work')))
      const fine = flow('fine', async () => 'fine')
      const engine = await lab.start({ jobs: [failing, fine] })
      const failed = await engine.enqueueMany(failing, [{}, {}, {}])
      const { id } = await engine.enqueue(fine, {})
      for (const run of [...failed, { id }]) await ended(engine, run.id)
      broken.clear()
      assert.equal(await engine.runs.retryMany({ state: ['failed', 'succeeded'] }), 3)
      for (const run of failed) assert.equal((await ended(engine, run.id)).state, 'succeeded')
      const rows = await engineTables(engine).selectFrom('engine_step').select('state').distinct().execute()
      assert.deepEqual(
        rows.map(({ state }) => state),
        ['done'],
      )
    },
  },
}
