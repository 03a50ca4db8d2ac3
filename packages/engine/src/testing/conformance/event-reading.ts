import assert from 'node:assert/strict'
import { cursorOf, type Engine, event } from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import { emptied, everything, filled, fillings, readable } from './event-types.ts'
import { door, refusal, type Section } from './lab.ts'

const API = { jobs: [], roles: ['api'], events: [filled, emptied] } as const

/** Events as their readers see them. */
export const eventReading: Section = {
  title: 'reading events',
  tests: {
    'of a stream goes in pages, forwards and backwards': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', fillings(1, 2, 3, 4, 5))
      const versions = async (options: Parameters<Engine['events']['read']>[1]) =>
        (await engine.events.read('purse-1', options)).map(({ version }) => version)
      assert.deepEqual(await versions({ limit: 2 }), [1, 2])
      assert.deepEqual(await versions({ limit: 2, after: 2 }), [3, 4])
      assert.deepEqual(await versions({ after: 5 }), [])
      assert.deepEqual(await versions({ backwards: true, limit: 2 }), [5, 4])
      assert.deepEqual(await versions({ backwards: true, after: 3 }), [2, 1])
      assert.deepEqual(await engine.events.read('purse-2'), [])
    },

    'lists streams in pages, by the beginning of their names': async ({ start, clock }) => {
      await using engine = await start(API)
      for (const name of ['a-1', 'b-1', 'b-2', 'b-10', 'B-1', 'bé', 'c']) await engine.append(name, 'new', fillings(1))
      await clock.advance(50)
      await engine.append('b-1', 1, fillings(1))
      const page = await engine.events.streams({ prefix: 'b' }, { limit: 2 })
      assert.deepEqual(
        page.streams.map(({ name }) => name),
        ['b-1', 'b-10'],
      )
      const rest = await engine.events.streams({ prefix: 'b' }, { limit: 2, after: page.next ?? '' })
      assert.deepEqual([rest.streams.map(({ name }) => name), rest.next], [['b-2', 'bé'], undefined])
      const { version, state, createdAt, updatedAt } = await engine.events.stream('b-1')
      assert.deepEqual({ version, state, age: updatedAt - createdAt }, { version: 2, state: 'open', age: 50 })
      assert.equal((await engine.events.streams()).streams.length, 7)
    },

    'brings old versions to the newest, step by step': async ({ start }) => {
      const first = event({ name: 'size', data: z.object({ cm: z.number() }) })
      const second = event({
        name: 'size',
        version: 2,
        data: z.object({ mm: z.number() }),
        upcast: { 1: ({ cm }: { readonly cm: number }) => ({ mm: cm * 10 }) },
      })
      const third = event({
        name: 'size',
        version: 3,
        data: z.object({ mm: z.number(), unit: z.string() }),
        upcast: {
          1: ({ cm }: { readonly cm: number }) => ({ mm: cm * 10 }),
          2: (data) => {
            if (data.mm === 666) throw new RangeError('not this one')
            return { ...data, unit: 'mm' }
          },
        },
      })
      await using one = await start({ ...API, events: [first] })
      await one.append('thing', 'new', first.with({ cm: 1 }))
      await using two = await start({ ...API, events: [second] })
      await two.append('thing', 1, second.with({ mm: 20 }))
      await using three = await start({ ...API, events: [third] })
      await three.append('thing', 2, third.with({ mm: 30, unit: 'mm' }))
      assert.deepEqual(
        (await three.events.read('thing')).map(({ data }) => data),
        [
          { mm: 10, unit: 'mm' },
          { mm: 20, unit: 'mm' },
          { mm: 30, unit: 'mm' },
        ],
      )
      assert.deepEqual(
        (await two.events.read('thing', { limit: 2 })).map(({ data }) => data),
        [{ mm: 10 }, { mm: 20 }],
      )
      await refusal('EVENT_UNREADABLE', () => two.events.read('thing'))
      await two.append('thing', 3, second.with({ mm: 666 }))
      const error = await refusal('EVENT_UNREADABLE', () => three.events.read('thing', { after: 3 }))
      assert.ok(error.cause instanceof RangeError && error.message.includes('thing'), error.message)
    },

    'of a type that this code does not know shows what is stored': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', fillings(1))
      await using other = await start({ jobs: [], roles: ['api'] })
      assert.deepEqual(
        (await other.events.read('purse-1')).map(({ type, data }) => [type, data]),
        [['purse.filled', { coins: 1 }]],
      )
    },

    'the whole store goes in its order, by type, organisation and beginning, and from any place on': async ({
      start,
    }) => {
      await using engine = await start(API)
      const middle = await engine.append('a-1', 'new', [...fillings(1), emptied.with({ coins: 1 })])
      await engine.append('b-1', 'new', fillings(2))
      await engine.append('a-1', 2, fillings(3), { org: 'main' })
      await engine.append('a-1', 'new', fillings(4), { org: 'other' })
      assert.deepEqual(await everything(engine), ['a-1@1', 'a-1@2', 'b-1@1', 'a-1@3', 'a-1@1'])
      assert.deepEqual(await everything(engine, middle.cursor), ['b-1@1', 'a-1@3', 'a-1@1'])
      const coins: number[] = []
      let cursor = ''
      for await (const each of engine.events.replay({ types: [filled], prefix: 'a-', org: 'main' })) {
        coins.push(each.data.coins)
        cursor = cursorOf(each)
      }
      assert.deepEqual(coins, [1, 3])
      assert.deepEqual(await everything(engine, cursor), ['a-1@1'])
    },

    'the whole store reads many more events than a page holds, each once': async ({ start }) => {
      await using engine = await start(API)
      await Promise.all(
        Array.from({ length: 25 }, (_, n) => engine.append(`purse-${n}`, 'new', fillings(...Array(101).fill(1)))),
      )
      const seen = await everything(engine)
      assert.deepEqual([seen.length, new Set(seen).size], [2_525, 2_525])
    },

    'the whole store never skips what commits late': async ({ start }) => {
      await using engine = await start(API)
      await using reader = await start(API)
      await engine.append('before', 'new', fillings(1))
      const seen: string[] = []
      let cursor = ''
      const look = async (): Promise<void> => {
        for await (const each of reader.events.replay(cursor === '' ? {} : { after: cursor })) {
          seen.push(each.stream)
          cursor = cursorOf(each)
        }
      }
      await everything(engine)
      const [appended, mayCommit] = [door(), door()]
      // The smaller position, the later commit.
      const slow = engine.transaction(async (tx) => {
        const { positions } = await tx.append('slow', 'new', fillings(1))
        appended.open()
        await mayCommit.opened
        return positions
      })
      await appended.opened
      await look()
      // On SQLite it has to wait for its turn, so there is nothing to overtake.
      const fast = reader.transaction(async (tx) => (await tx.append('fast', 'new', fillings(1))).positions)
      if (engine.database.dialect === 'postgres') await fast
      await look()
      assert.deepEqual(seen, ['before'], 'nothing may be read that something under way can still come before')
      mayCommit.open()
      const [[first = 0], [second = 0]] = [await slow, await fast]
      assert.ok(first < second, `${first} < ${second}`)
      await everything(engine)
      await look()
      assert.deepEqual(seen, ['before', 'slow', 'fast'])
      assert.deepEqual(await everything(engine), ['before@1', 'slow@1', 'fast@1'])
    },

    'the whole store keeps the order of transactions also where positions say otherwise': async ({ start }) => {
      await using engine = await start(API)
      const [begun, mayAppend] = [door(), door()]
      const early = engine.transaction(async (tx) => {
        await tx.append('early', 'new', fillings(1))
        begun.open()
        await mayAppend.opened
        await tx.append('early', 1, fillings(2))
      })
      await begun.opened
      const late = engine.append('late', 'new', fillings(1))
      if (engine.database.dialect === 'postgres') await late
      assert.deepEqual(await readable(engine), [])
      mayAppend.open()
      await Promise.all([early, late])
      assert.deepEqual(await everything(engine), ['early@1', 'early@2', 'late@1'])
    },

    'passes over what was rolled back': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('a', 'new', fillings(1))
      const undone = engine.transaction(async (tx) => {
        await tx.append('b', 'new', fillings(1))
        throw new RangeError('mine')
      })
      await assert.rejects(undone, RangeError)
      await engine.append('c', 'new', fillings(1))
      assert.deepEqual(await everything(engine), ['a@1', 'c@1'])
    },

    'goes on in order after a dump was restored into a younger server': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('old', 'new', fillings(1, 2))
      const { cursor, positions } = await engine.append('old', 2, fillings(3))
      const postgres = engine.database.dialect === 'postgres'
      // What a dump brings along: numbers of transactions that this server has yet to reach.
      if (postgres) await sql`update engine_event set tx = tx + 1000000`.execute(engine.database.kysely())
      await using restored = await start(API)
      await restored.append('new', 'new', fillings(1))
      assert.deepEqual(await everything(restored), ['old@1', 'old@2', 'old@3', 'new@1'])
      const after = { tx: Number(cursor.split('.')[0]) + (postgres ? 1_000_000 : 0), position: positions[0] ?? 0 }
      assert.deepEqual(await everything(restored, cursorOf(after)), ['new@1'])
    },
  },
}
