import assert from 'node:assert/strict'
import { type Engine, isEngineError, signal, workflow } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { allEnded, ended, type Lab, reached, type Section } from './lab.ts'
import { dieAt, flow, later, nothingLeft } from './workflow-lab.ts'

const news = signal({ name: 'news', payload: z.object({ text: z.string() }) })

/** Sends a signal, once it has ended. */
const send = workflow({
  name: 'send',
  input: z.object({ key: z.string().optional(), run: z.number().optional(), text: z.string() }),
  signals: [news],
  async run(wf, { key, run, text }) {
    await wf.signal(news, { text }, key === undefined ? { run: run ?? 0 } : { key })
  },
})

/** Waits for a signal; answers what it said. */
const wait = workflow({
  name: 'wait',
  input: z.object({ key: z.string().optional(), minutes: z.number().optional() }),
  signals: [news],
  async run(wf, { key, minutes }) {
    const got = await wf.wait(news, {
      ...(key === undefined ? {} : { key }),
      ...(minutes === undefined ? {} : { timeout: `${minutes}m` }),
    })
    return got?.text ?? 'nothing'
  },
})

const startAll = ({ start }: Lab): Promise<Engine> => start({ jobs: [send, wait] })

/** Time and signals. */
export const workflowWaiting: Section = {
  title: 'waiting workflows',
  tests: {
    'sleeps, and never wakes early': async (lab) => {
      const wf = flow('sleeps', async (wf) => {
        await wf.sleep('90d')
        return lab.clock.now()
      })
      const engine = await lab.start({ jobs: [wf], queues: { default: { concurrency: 1 } } })
      const began = lab.clock.now()
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      const dueAt = began + 90 * 86_400_000
      assert.equal((await engine.runs.get(id)).dueAt, dueAt)
      await lab.clock.leap(90 * 86_400_000 - 1)
      assert.equal((await engine.runs.get(id)).state, 'waiting')
      await lab.clock.advance(1)
      assert.equal((await ended(engine, id)).result, dueAt)
      await nothingLeft(engine)
    },

    'sleeps on when the clock is set back, but what is over stays over': async (lab) => {
      const wf = flow('sleeps', async (wf) => {
        await wf.sleep('1m')
        await wf.sleep('2m')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 60_000)
      await until('the second sleep', async () => (await countRows(engine, 'engine_step')) === 2)
      await reached(engine, id, 'waiting')
      const { dueAt = 0 } = await engine.runs.get(id)
      await lab.clock.leap(-60_000)
      await lab.clock.advance(60_000)
      assert.equal((await engine.runs.get(id)).state, 'waiting')
      await lab.clock.advance(dueAt - lab.clock.now() - 1)
      assert.equal((await engine.runs.get(id)).state, 'waiting')
      await lab.clock.advance(1)
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },

    'sleeps until an instant, also one that has passed, and refuses what is none': async (lab) => {
      const wf = flow('until', async (wf) => {
        await wf.sleepUntil(0)
        const refused = await wf.sleepUntil(1.5).catch((error: unknown) => isEngineError(error) && error.code)
        await wf.sleepUntil(wf.run.createdAt + 60_000)
        return [refused, lab.clock.now() - wf.run.createdAt]
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 60_000)
      assert.deepEqual((await ended(engine, id)).result, ['DURATION_INVALID', 60_000])
    },

    'gets a signal sent before it waits, and one sent while it does': async (lab) => {
      const engine = await startAll(lab)
      await ended(engine, (await engine.enqueue(send, { key: 'early', text: 'before' })).id)
      const early = await engine.enqueue(wait, { key: 'early' })
      const late = await engine.enqueue(wait, { key: 'late' })
      await reached(engine, late.id, 'waiting')
      await engine.enqueue(send, { key: 'late', text: 'while' })
      assert.equal((await ended(engine, early.id)).result, 'before')
      assert.equal((await ended(engine, late.id)).result, 'while')
      assert.equal(await countRows(engine, 'engine_signal'), 0)
      await nothingLeft(engine)
    },

    'keeps a signal that is sent at the very moment at which somebody begins to wait': async (lab) => {
      const engine = await startAll(lab)
      const keys = Array.from({ length: 50 }, (_, n) => `key ${n}`)
      const waits = keys.map((key) => ({ job: wait, input: { key } }))
      const sends = keys.map((key) => ({ job: send, input: { key, text: key } }))
      const { ids } = await engine.enqueueBatch(waits.flatMap((call, n) => [call, sends[n] ?? call]))
      const runs = await allEnded(engine, ids)
      assert.deepEqual(
        runs.filter(({ job }) => job === 'wait').map(({ result }) => result),
        keys,
      )
    },

    'gets a signal that it sends to itself at the same time': async (lab) => {
      const wf = flow(
        'itself',
        async (wf) => {
          const [got] = await wf.all([
            () => wf.wait(news, { key: 'k' }),
            () => wf.signal(news, { text: 'to myself' }, { key: 'k' }),
          ])
          return got?.text
        },
        { signals: [news] },
      )
      const engine = await lab.start({ jobs: [wf] })
      assert.equal((await ended(engine, (await engine.enqueue(wf, {})).id)).result, 'to myself')
    },

    'gets a signal sent to the run, and not one sent to another': async (lab) => {
      const engine = await startAll(lab)
      const [one, other] = await engine.enqueueMany(wait, [{}, {}])
      await reached(engine, one?.id ?? 0, 'waiting')
      await reached(engine, other?.id ?? 0, 'waiting')
      await ended(engine, (await engine.enqueue(send, { run: other?.id ?? 0, text: 'yours' })).id)
      assert.equal((await ended(engine, other?.id ?? 0)).result, 'yours')
      assert.equal((await engine.runs.get(one?.id ?? 0)).state, 'waiting')
    },

    'keeps organisations apart': async (lab) => {
      const engine = await startAll(lab)
      const { id } = await engine.enqueue(wait, { key: 'k', minutes: 10 }, { org: 'one' })
      await reached(engine, id, 'waiting')
      await ended(engine, (await engine.enqueue(send, { key: 'k', text: 'theirs' }, { org: 'other' })).id)
      await ended(engine, (await engine.enqueue(send, { run: id, text: 'theirs' }, { org: 'other' })).id)
      await lab.clock.advance(600_000)
      assert.equal((await ended(engine, id)).result, 'nothing')
    },

    'gives each of several waiters one signal, the one that has waited longest first': async (lab) => {
      const wf = workflow({
        name: 'later',
        input: z.object({ minutes: z.number() }),
        signals: [news],
        async run(wf, { minutes }) {
          await wf.sleep(`${minutes}m`)
          return (await wf.wait(news, { key: 'k' }))?.text
        },
      })
      const engine = await lab.start({ jobs: [wf, send] })
      const runs = await engine.enqueueMany(wf, [{ minutes: 3 }, { minutes: 1 }, { minutes: 2 }])
      for (let minute = 0; minute < 3; minute++) {
        await until('all wait', async () => (await engine.runs.count({ state: ['waiting'] })) === 3)
        await lab.clock.advance(60_000)
      }
      await until('all wait for the signal', async () => (await countRows(engine, 'engine_wait')) === 3)
      for (const text of ['first', 'second', 'third'])
        await ended(engine, (await engine.enqueue(send, { key: 'k', text })).id)
      const ends = await allEnded(
        engine,
        runs.map(({ id }) => id),
      )
      assert.deepEqual(
        ends.map(({ result }) => result),
        ['third', 'first', 'second'],
      )
    },

    'answers several kept signals in the order in which they were sent': async (lab) => {
      const engine = await startAll(lab)
      for (const text of ['first', 'second']) await ended(engine, (await engine.enqueue(send, { key: 'k', text })).id)
      assert.equal((await ended(engine, (await engine.enqueue(wait, { key: 'k' })).id)).result, 'first')
      assert.equal((await ended(engine, (await engine.enqueue(wait, { key: 'k' })).id)).result, 'second')
    },

    'gives up at its time-out; what comes later is kept for the next': async (lab) => {
      const engine = await startAll(lab)
      const { id } = await engine.enqueue(wait, { key: 'k', minutes: 5 })
      await later(lab, engine, id, 299_999)
      assert.equal((await engine.runs.get(id)).state, 'waiting')
      await lab.clock.advance(1)
      assert.equal((await ended(engine, id)).result, 'nothing')
      await nothingLeft(engine)
      await ended(engine, (await engine.enqueue(send, { key: 'k', text: 'kept' })).id)
      assert.equal((await ended(engine, (await engine.enqueue(wait, { key: 'k' })).id)).result, 'kept')
    },

    'loses no signal that comes at the very moment of the time-out': async (lab) => {
      const engine = await startAll(lab)
      const keys = Array.from({ length: 20 }, (_, n) => `key ${n}`)
      const waits = await engine.enqueueMany(
        wait,
        keys.map((key) => ({ key, minutes: 1 })),
      )
      const sends = await engine.enqueueMany(
        send,
        keys.map((key) => ({ key, text: key })),
        { delay: '1m' },
      )
      await until('all wait', async () => (await engine.runs.count({ state: ['waiting'] })) === 20)
      await lab.clock.advance(60_000)
      await allEnded(
        engine,
        sends.map(({ id }) => id),
      )
      const got = (
        await allEnded(
          engine,
          waits.map(({ id }) => id),
        )
      ).filter(({ result }) => result !== 'nothing')
      assert.equal(got.length + (await countRows(engine, 'engine_signal')), 20)
    },

    'sends a signal once, although its code runs again': async (lab) => {
      const { id, rescuer } = await dieAt(lab, (here) => {
        const first = flow(
          'sends',
          async (wf) => {
            await wf.signal(news, { text: 'once' }, { key: 'k' })
            await here()
          },
          { signals: [news] },
        )
        return { jobs: [first, wait], first }
      })
      await ended(rescuer, id)
      assert.equal(await countRows(rescuer, 'engine_signal'), 1)
    },

    'refuses signals that nobody lists, payloads that do not fit, and keys that are none': async (lab) => {
      const stranger = signal({ name: 'stranger', payload: z.object({}) })
      const wf = flow(
        'bad',
        async (wf) => {
          const codes: string[] = []
          const keep = (error: unknown): void => void codes.push(isEngineError(error) ? error.code : String(error))
          await wf.wait(stranger).catch(keep)
          await wf.signal(stranger, {}, { key: 'k' }).catch(keep)
          await wf.signal(news, { text: 5 } as never, { key: 'k', name: 'one' }).catch(keep)
          await wf.signal(news, { text: 'x'.repeat(1_048_576) }, { key: 'k', name: 'two' }).catch(keep)
          for (const key of ['', 'x'.repeat(201), 'a\u0000', '\u001frun:1', 7 as never]) {
            await wf.signal(news, { text: 'a' }, { key, name: `signal ${codes.length}` }).catch(keep)
            await wf.wait(news, { key, name: `wait ${codes.length}` }).catch(keep)
          }
          return codes
        },
        { signals: [news] },
      )
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual(run.result, [
        'SIGNAL_UNKNOWN',
        'SIGNAL_UNKNOWN',
        'PAYLOAD_INVALID',
        'PAYLOAD_TOO_LARGE',
        ...Array.from({ length: 10 }, () => 'NAME_INVALID'),
      ])
      assert.equal(await countRows(engine, 'engine_signal'), 0)
    },

    'refuses to wait for, or to send, a signal that only another workflow lists': async (lab) => {
      const wf = flow('forgot', async (wf) => {
        const messages: string[] = []
        const keep = (error: unknown): void =>
          void messages.push(isEngineError(error, 'SIGNAL_UNKNOWN') ? error.message : String(error))
        await wf.wait(news, { key: 'k', timeout: '1m' }).catch(keep)
        await wf.signal(news, { text: 'a' }, { key: 'k' }).catch(keep)
        return messages
      })
      const engine = await lab.start({ jobs: [wf, wait] })
      const { result } = await ended(engine, (await engine.enqueue(wf, {})).id)
      const message = 'the workflow forgot does not list the signal news: add it to its `signals`'
      assert.deepEqual(result, [message, message])
      await nothingLeft(engine)
    },

    'lets a thousand wait in a queue of one, and others through': async (lab) => {
      const quick = flow('quick', (wf) => wf.step('a', () => 'through'))
      const many = await lab.start({ jobs: [wait], queues: { default: { concurrency: 100 } } })
      await many.enqueueMany(
        wait,
        Array.from({ length: 1_000 }, (_, n) => ({ key: `key ${n}` })),
      )
      await until('all wait', async () => (await many.runs.count({ state: ['waiting'] })) === 1_000)
      await many.stop()
      const engine = await lab.start({ jobs: [wait, send, quick], queues: { default: { concurrency: 1 } } })
      assert.equal((await ended(engine, (await engine.enqueue(quick, {})).id)).result, 'through')
      await engine.enqueue(send, { key: 'key 777', text: 'you' })
      await until('one goes on', async () => (await engine.runs.count({ state: ['waiting'] })) === 999)
    },
  },
}
