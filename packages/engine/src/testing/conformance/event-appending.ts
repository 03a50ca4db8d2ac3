import assert from 'node:assert/strict'
import { type AnyEventType, createEngine, event, job } from '@regie/engine'
import { z } from 'zod'
import { addEffect, countRows, createEffects, readEffects } from '../store.ts'
import { emptied, everything, filled, fillings } from './event-types.ts'
import { ended, refusal, type Section } from './lab.ts'

const API = { jobs: [], roles: ['api'], events: [filled, emptied] } as const

/** Events on their way into streams. */
export const appending: Section = {
  title: 'appending events',
  tests: {
    'gives them the stream’s next versions, and reads them back as they were written': async ({ start, clock }) => {
      await using engine = await start(API)
      const first = await engine.append('purse-1', 'new', filled.with({ coins: 3 }, { meta: { by: 'anna' } }))
      await clock.advance(1_000)
      const second = await engine.append('purse-1', 1, [
        emptied.with({ coins: 1 }),
        emptied.with({ coins: 2, note: 'ü 🪙' }),
      ])
      assert.deepEqual([first.version, second.version, second.positions.length], [1, 3, 2])
      const events = await engine.events.read('purse-1')
      assert.deepEqual(
        events.map(({ version, type, data, meta, at, org }) => ({ version, type, data, meta, at, org })),
        [
          {
            version: 1,
            type: 'purse.filled',
            data: { coins: 3 },
            meta: { by: 'anna' },
            at: clock.now() - 1_000,
            org: 'main',
          },
          {
            version: 2,
            type: 'purse.emptied',
            data: { coins: 1, note: '-' },
            meta: undefined,
            at: clock.now(),
            org: 'main',
          },
          {
            version: 3,
            type: 'purse.emptied',
            data: { coins: 2, note: 'ü 🪙' },
            meta: undefined,
            at: clock.now(),
            org: 'main',
          },
        ],
      )
      assert.deepEqual(
        events.map(({ position }) => position),
        [...first.positions, ...second.positions],
      )
      const [event] = events
      assert.ok(event !== undefined && filled.is(event) && !emptied.is(event))
      assert.equal(event.data.coins + 1, 4)
    },

    'is refused when the stream has another version than expected, and writes nothing': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 0, fillings(1, 2))
      for (const expected of ['new', 0, 1, 3] as const) {
        const error = await refusal('STREAM_CONFLICT', () => engine.append('purse-1', expected, fillings(9)))
        assert.deepEqual(error.conflict, { stream: 'purse-1', expected, actual: 2 })
      }
      const missing = await refusal('STREAM_CONFLICT', () => engine.append('purse-2', 4, fillings(9)))
      assert.equal(missing.conflict?.actual, 0)
      assert.deepEqual(await everything(engine), ['purse-1@1', 'purse-1@2'])
      await engine.append('purse-1', 'any', fillings(3))
      assert.equal((await engine.events.stream('purse-1')).version, 3)
      await refusal('STREAM_UNKNOWN', () => engine.events.stream('purse-2'))
    },

    'lets exactly one of several writers through that expect the same version': async ({ start }) => {
      await using engine = await start(API)
      await using other = await start(API)
      await engine.append('purse-1', 'new', fillings(1))
      for (const expected of [1, 'new'] as const) {
        const stream = expected === 'new' ? 'purse-2' : 'purse-1'
        const tries = await Promise.allSettled(
          Array.from({ length: 12 }, (_, n) =>
            (n % 2 === 0 ? engine : other).append(stream, expected, fillings(n + 1, n + 1)),
          ),
        )
        const refused = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
        assert.deepEqual(
          refused.map(({ code }) => code),
          Array(11).fill('STREAM_CONFLICT'),
        )
        assert.deepEqual(new Set(refused.map(({ conflict }) => conflict.actual)), new Set([expected === 'new' ? 2 : 3]))
      }
    },

    'lets all writers through that expect any version': async ({ start }) => {
      await using engine = await start(API)
      await using other = await start(API)
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? engine : other).append('purse-1', 'any', fillings(1, 2, 3)),
        ),
      )
      const versions = answers.map(({ version }) => version).toSorted((a, b) => a - b)
      assert.deepEqual(
        versions,
        Array.from({ length: 20 }, (_, n) => (n + 1) * 3),
      )
      const events = await engine.events.read('purse-1')
      assert.deepEqual(
        events.map(({ version }) => version),
        Array.from({ length: 60 }, (_, n) => n + 1),
      )
      // The three of one append stay together.
      assert.deepEqual(
        events.map(({ data }) => (data as { coins: number }).coins),
        Array.from({ length: 60 }, (_, n) => (n % 3) + 1),
      )
    },

    'inside a transaction commits with it, and is gone with it': async ({ start }) => {
      await using engine = await start(API)
      await createEffects(engine)
      const mine = new RangeError('mine')
      const failing = engine.transaction(async (tx) => {
        await addEffect(tx.db, 'lost')
        await tx.append('purse-1', 'new', fillings(1))
        throw mine
      })
      assert.equal(await failing.catch((error) => error), mine)
      assert.deepEqual([await readEffects(engine), await everything(engine)], [[], []])
      await engine.transaction(async (tx) => {
        await addEffect(tx.db, 'kept')
        await tx.append('purse-1', 'new', fillings(1))
        await tx.append('purse-1', 1, fillings(2))
        await tx.append('purse-2', 'any', fillings(2))
      })
      assert.deepEqual(await readEffects(engine), ['kept'])
      assert.deepEqual(await everything(engine), ['purse-1@1', 'purse-1@2', 'purse-2@1'])
    },

    'beside a transaction that is open is refused': async ({ start }) => {
      await using engine = await start(API)
      await refusal('TRANSACTION_NESTED', () =>
        engine.transaction(async () => engine.append('purse-1', 'any', fillings(1))),
      )
      assert.deepEqual(await everything(engine), [])
    },

    'leaves a transaction usable in which a version did not fit': async ({ start }) => {
      await using engine = await start(API)
      await createEffects(engine)
      await engine.append('purse-1', 'new', fillings(1))
      await engine.transaction(async (tx) => {
        await refusal('STREAM_CONFLICT', () => tx.append('purse-1', 'new', fillings(2)))
        await addEffect(tx.db, 'row')
        await tx.append('purse-1', 1, fillings(2))
      })
      assert.deepEqual([await readEffects(engine), await everything(engine)], [['row'], ['purse-1@1', 'purse-1@2']])
    },

    'from a run names it, goes to its organisation, and commits with its completion': async ({ start }) => {
      const note = job({
        name: 'note',
        input: z.object({}),
        async run(ctx) {
          await ctx.append('purse-1', 'any', fillings(1))
          return ctx.complete(async (tx) => (await tx.append('purse-1', 1, fillings(2))).version)
        },
      })
      await using engine = await start({ jobs: [note], events: [filled] })
      const { id } = await engine.enqueue(note, {}, { org: 'other' })
      assert.equal((await ended(engine, id)).result, 2)
      assert.deepEqual(await engine.events.read('purse-1'), [])
      const events = await engine.events.read('purse-1', { org: 'other' })
      assert.deepEqual(
        events.map(({ runId, version }) => [runId, version]),
        [
          [id, 1],
          [id, 2],
        ],
      )
    },

    'keeps organisations apart': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', fillings(1), { org: 'a' })
      await engine.append('purse-1', 'new', fillings(2, 3), { org: 'b' })
      assert.deepEqual(
        (await engine.events.read('purse-1', { org: 'b' })).map(({ version }) => version),
        [1, 2],
      )
      assert.deepEqual(await engine.events.read('purse-1'), [])
      assert.deepEqual(
        (await engine.events.streams({ org: 'a' })).streams.map(({ org, name, version }) => [org, name, version]),
        [['a', 'purse-1', 1]],
      )
      await everything(engine)
      const seen: string[] = []
      for await (const { org } of engine.events.replay({ org: 'b' })) seen.push(org)
      assert.deepEqual(seen, ['b', 'b'])
    },

    'of many streams at once keeps every one of them without a gap': async ({ start }) => {
      await using engine = await start(API)
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          engine.append(`purse-${n % 7}`, 'any', fillings(...Array(1 + (n % 4)).fill(1))),
        ),
      )
      assert.equal(new Set(answers.flatMap(({ positions }) => positions)).size, await countRows(engine, 'engine_event'))
      const { streams } = await engine.events.streams()
      for (const { name, version } of streams) {
        const versions = (await engine.events.read(name)).map((each) => each.version)
        assert.deepEqual(
          versions,
          Array.from({ length: version }, (_, n) => n + 1),
        )
      }
    },
  },
}

/** What must not get into the store. */
export const eventRefusals: Section = {
  title: 'refused events',
  tests: {
    'are those that do not fit their type, which names every field': async ({ start }) => {
      await using engine = await start(API)
      const error = await refusal('PAYLOAD_INVALID', () =>
        engine.append('purse-1', 'any', [filled.with({ coins: 1 }), emptied.with({ coins: -1, note: 3 as never })]),
      )
      assert.deepEqual(
        error.issues.map(({ path }) => path),
        ['coins', 'note'],
      )
      assert.deepEqual(await everything(engine), [])
    },

    'are those that JSON would change, those over 1 MiB, and those of unknown types': async ({ start }) => {
      const loose = event({ name: 'purse.loose', data: z.record(z.string(), z.unknown()) })
      const stranger = event({ name: 'purse.stranger', data: z.unknown() })
      await using engine = await start({ ...API, events: [loose] })
      const circular: Record<string, unknown> = {}
      circular.self = circular
      const bad = [
        { at: new Date(0) },
        { n: 1n },
        { n: Number.NaN },
        { list: [undefined] },
        { f() {} },
        { map: new Map() },
        circular,
      ]
      for (const data of bad) {
        const { message } = await refusal('PAYLOAD_INVALID', () => engine.append('purse-1', 'any', loose.with(data)))
        assert.ok(message.includes('purse.loose'), message)
      }
      await refusal('PAYLOAD_INVALID', () =>
        engine.append('purse-1', 'any', loose.with({}, { meta: { at: new Date(0) } })),
      )
      await refusal('PAYLOAD_TOO_LARGE', () =>
        engine.append('purse-1', 'any', loose.with({ text: 'é'.repeat(600_000) })),
      )
      await refusal('EVENT_UNKNOWN', () => engine.append('purse-1', 'any', stranger.with({})))
      assert.deepEqual(await everything(engine), [])
      await engine.append(
        'purse-1',
        'any',
        loose.with({ text: 'x'.repeat(1_000_000), odd: undefined, __proto__: 1, zero: '\u0000' }),
      )
      const [read] = await engine.events.read('purse-1')
      assert.ok(read !== undefined && loose.is(read) && read.data.zero === '\u0000')
    },

    'are those without a place: no events, no stream, no version': async ({ start }) => {
      await using engine = await start(API)
      await refusal('APPEND_INVALID', () => engine.append('purse-1', 'any', []))
      await refusal('APPEND_INVALID', () =>
        engine.append('purse-1', 'any', Array(10_001).fill(filled.with({ coins: 1 }))),
      )
      for (const version of [-1, 0.5, Number.NaN, 'newest', null])
        await refusal('APPEND_INVALID', () => engine.append('purse-1', version as number, fillings(1)))
      for (const stream of ['', 'a\nb', 'x'.repeat(201), '\ud800', 7])
        await refusal('NAME_INVALID', () => engine.append(stream as string, 'any', fillings(1)))
      await refusal('NAME_INVALID', () => engine.append('purse-1', 'any', fillings(1), { org: '' }))
      await refusal('FILTER_INVALID', () => everything(engine, 'nowhere'))
      assert.deepEqual([await everything(engine), (await engine.events.streams()).streams], [[], []])
    },

    'begin with their types, which an engine checks before anything else': async ({ source }) => {
      const data = z.object({ email: z.string(), deep: z.object({ note: z.string() }).optional() })
      const create = (...events: readonly AnyEventType[]) =>
        createEngine({ database: source, jobs: [], events, personKeys: { masterKey: Buffer.alloc(32) } })
      await refusal('NAME_INVALID', () => create(event({ name: 'Not One', data })))
      await refusal('EVENT_DUPLICATE', () => create(event({ name: 'twice', data }), event({ name: 'twice', data })))
      for (const wrong of [
        { version: 0 },
        { version: 1.5 },
        { version: 3, upcast: { 1: (old: object) => old } },
        { version: 1, upcast: { 1: (old: object) => old } },
        { personal: [] },
        { personal: ['email'] as never },
        { personal: ['/emial'] as const },
        { personal: ['/deep/nope'] as const },
      ]) {
        const { message } = await refusal('EVENT_INVALID', () => create(event({ name: 'wrong', data, ...wrong })))
        assert.ok(message.includes('wrong'), message)
      }
      await refusal('PERSON_KEYS_MISSING', () =>
        createEngine({ database: source, jobs: [], events: [event({ name: 'mine', data, personal: ['/deep/note'] })] }),
      )
      await refusal('PERSON_KEYS_FAILED', () =>
        createEngine({ database: source, jobs: [], personKeys: { masterKey: 'short' } }),
      )
      const fine = await create(event({ name: 'mine', data, personal: ['/deep/note', '/email'] }))
      await fine.stop()
    },
  },
}
