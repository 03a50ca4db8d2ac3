import assert from 'node:assert/strict'
import {
  type Engine,
  ERASED,
  type Erasure,
  event,
  type PersonKeys,
  type RecordedEvent,
  type StoredEvent,
} from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import { countRows, engineTables } from '../store.ts'
import { everything, filled, fillings, given, MASTER_KEY } from './event-types.ts'
import { refusal, type Section } from './lab.ts'
import { balanceProjection, balances, moved, moves } from './projection-accounts.ts'

const API = { jobs: [], roles: ['api'], events: [given, filled], personKeys: { masterKey: MASTER_KEY } } as const
const ADDRESS = { street: 'Elm St', number: 7, current: true, tags: ['home'] }

const gift = (person: string, name: string) => given.with({ name, address: ADDRESS, coins: 3 }, { person })

async function names({ events }: Pick<Engine, 'events'>, stream = 'purse-1'): Promise<readonly string[]> {
  return namesOf(await events.read(stream))
}

function namesOf(events: readonly RecordedEvent[]): readonly string[] {
  return events.map(({ data }) => (data as { name: string }).name)
}

async function listed({ events }: Pick<Engine, 'events'>): Promise<readonly Erasure[]> {
  return Array.fromAsync(events.erasures())
}

/** Personal data in events that are never changed. */
export const forgetting: Section = {
  title: 'forgetting persons',
  tests: {
    'lies encrypted in the store until then, and is read as it was written': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', [
        gift('p1', 'Anna'),
        gift('p2', 'Bert'),
        given.with({ name: 'Anne', coins: 1 }, { person: 'p1' }),
      ])
      const [first] = await engine.events.read('purse-1')
      assert.deepEqual(first?.data, { name: 'Anna', address: ADDRESS, coins: 3 })
      assert.deepEqual([first?.person, first?.erased], ['p1', false])
      assert.deepEqual(await names(engine), ['Anna', 'Bert', 'Anne'])
      const rows = await engineTables(engine).selectFrom('engine_event').selectAll().execute()
      const keys = await engineTables(engine).selectFrom('engine_person_key').selectAll().execute()
      assert.equal(keys.length, 2)
      const stored = JSON.stringify([rows, keys])
      for (const secret of ['Anna', 'Anne', 'Bert', 'Elm', 'home']) assert.ok(!stored.includes(secret), secret)
      assert.equal(new Set(rows.map(({ sealed }) => sealed)).size, 3)
    },

    'leaves placeholders of the same kind where their fields were, and everybody else’s as they are': async ({
      start,
      clock,
    }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', [gift('p1', 'Anna'), gift('p2', 'Bert')])
      await engine.append('purse-1', 'new', [gift('p1', 'Cora')], { org: 'other' })
      assert.equal(await engine.events.forget('p1'), true)
      assert.equal(await engine.events.forget('p1'), false)
      const [first, second] = await engine.events.read('purse-1')
      const nothing = { street: ERASED, number: 0, current: false, tags: [] }
      assert.deepEqual([first?.data, first?.erased], [{ name: ERASED, address: nothing, coins: 3 }, true])
      assert.deepEqual([second?.data, second?.erased], [{ name: 'Bert', address: ADDRESS, coins: 3 }, false])
      const others = await engine.events.read('purse-1', { org: 'other' })
      assert.deepEqual(namesOf(others), ['Cora'])
      assert.deepEqual(await listed(engine), [{ org: 'main', person: 'p1', at: clock.now() }])
      assert.deepEqual(await everything(engine), ['purse-1@1', 'purse-1@2', 'purse-1@1'])
    },

    'is seen at once by another process, whose upcasters meet the placeholders': async ({ start }) => {
      const newer = event({
        name: given.name,
        version: 2,
        data: z.object({ name: z.string(), initial: z.string() }),
        upcast: { 1: (data) => ({ name: data.name, initial: String(data.name).slice(0, 1) }) },
        personal: ['/name', '/initial'],
      })
      await using engine = await start(API)
      await using other = await start({ ...API, events: [newer] })
      await engine.append('purse-1', 'new', gift('p1', 'Anna'))
      assert.deepEqual((await other.events.read('purse-1'))[0]?.data, { name: 'Anna', initial: 'A' })
      await engine.events.forget('p1')
      assert.deepEqual((await other.events.read('purse-1'))[0]?.data, { name: ERASED, initial: '[' })
    },

    'refuses new events about them, and lets others in': async ({ start }) => {
      await using engine = await start(API)
      await engine.events.forget('p1')
      await refusal('PERSON_FORGOTTEN', () => engine.append('purse-1', 'new', [gift('p2', 'Bert'), gift('p1', 'Anna')]))
      await engine.transaction(async (tx) => {
        await refusal('PERSON_FORGOTTEN', () => tx.append('purse-1', 'new', gift('p1', 'Anna')))
        await tx.append('purse-1', 'new', gift('p2', 'Bert'))
      })
      await refusal('PERSON_MISSING', () => engine.append('purse-1', 'any', given.with({ name: 'Anna', coins: 1 })))
      await refusal('NAME_INVALID', () => engine.append('purse-1', 'any', gift('', 'Anna')))
      assert.deepEqual(await names(engine), ['Bert'])
    },

    'answers whether there was anything to forget, and records it in any case': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', gift('p1', 'Anna'))
      assert.equal(await engine.events.forget('nobody'), false)
      assert.equal(await engine.events.forget('p1', { org: 'other' }), false)
      assert.equal(await engine.events.forget('p1'), true)
      assert.deepEqual(
        (await listed(engine)).map(({ org, person }) => `${org}/${person}`),
        ['main/nobody', 'main/p1', 'other/p1'],
      )
    },

    'is outrun by nobody who appends at the same time': async ({ start }) => {
      await using engine = await start(API)
      await using other = await start(API)
      for (let n = 0; n < 12; n++) {
        const person = `p${n}`
        const [appended] = await Promise.allSettled([
          (n % 2 === 0 ? engine : other).append(`purse-${n}`, 'any', gift(person, 'Anna')),
          engine.events.forget(person),
        ])
        if (appended.status === 'rejected') assert.equal(appended.reason.code, 'PERSON_FORGOTTEN')
        assert.deepEqual(await names(other, `purse-${n}`), appended.status === 'rejected' ? [] : [ERASED])
      }
    },

    'keeps no key of a transaction that was rolled back': async ({ start }) => {
      await using engine = await start(API)
      const undone = engine.transaction(async (tx) => {
        await tx.append('purse-1', 'new', gift('p1', 'Anna'))
        throw new RangeError('mine')
      })
      await assert.rejects(undone, RangeError)
      await engine.append('purse-1', 'new', gift('p1', 'Anne'))
      assert.deepEqual(await names(engine), ['Anne'])
    },

    'is done again to what a backup brings back': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', [gift('p1', 'Anna'), gift('p2', 'Bert')])
      const keys = await engineTables(engine).selectFrom('engine_person_key').select(['org', 'person', 'key']).execute()
      await engine.events.forget('p1')
      await engine.events.forget('p3', { org: 'other' })
      const kept = await listed(engine)
      // A backup from before the erasure: its keys and its list.
      await engineTables(engine).deleteFrom('engine_erasure').execute()
      await engineTables(engine).deleteFrom('engine_person_key').execute()
      await engineTables(engine).insertInto('engine_person_key').values(keys).execute()
      assert.deepEqual(await names(engine), ['Anna', 'Bert'])
      assert.equal(await engine.events.reapplyErasures(kept), 2)
      assert.equal(await engine.events.reapplyErasures([...kept, ...kept]), 0)
      assert.deepEqual([await names(engine), await listed(engine)], [[ERASED, 'Bert'], kept])
      await refusal('PERSON_FORGOTTEN', () => engine.append('purse-1', 'any', gift('p1', 'Anna')))
      await refusal('PAYLOAD_INVALID', () =>
        engine.events.reapplyErasures([{ org: 'main', person: 'p9', at: Number.NaN }]),
      )
      const many = Array.from({ length: 1_203 }, (_, n) => ({ org: 'main', person: `q${n}`, at: 1 }))
      assert.equal(await engine.events.reapplyErasures(many), 1_203)
      assert.equal((await listed(engine)).length, 1_205)
    },

    'answers once the erasure is kept elsewhere too, and offers it again whoever asks again': async ({ start }) => {
      const offered: string[] = []
      let full = true
      const onErasure = async ({ org, person }: Erasure): Promise<void> => {
        offered.push(`${org}/${person}`)
        // What is offered is committed.
        assert.deepEqual(await names(engine), [ERASED])
        if (full) throw new RangeError('no space left')
      }
      await using engine = await start({ ...API, onErasure })
      await engine.append('purse-1', 'new', gift('p1', 'Anna'))
      await assert.rejects(engine.events.forget('p1'), RangeError)
      full = false
      assert.equal(await engine.events.forget('p1'), false)
      assert.equal(await engine.events.forget('p2', { org: 'other' }), false)
      assert.deepEqual(offered, ['main/p1', 'main/p1', 'other/p2'])
    },

    'overwrites the key where it lay, also without the master key': async ({ start }) => {
      await using engine = await start(API)
      await using without = await start({ jobs: [], roles: ['api'] })
      await engine.append('purse-1', 'new', gift('p1', 'Anna'))
      await without.events.forget('p1')
      assert.deepEqual(await names(engine), [ERASED])
      const rows = await engineTables(engine).selectFrom('engine_person_key').selectAll().execute()
      assert.ok(/^0+$/.test(rows[0]?.key ?? ''), rows[0]?.key)
      assert.equal(await countRows(engine, 'engine_person_key'), 1)
    },

    'needs the master key, former ones included, and says so when it is another': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', gift('p1', 'Anna'))
      const next = Buffer.alloc(32, 9)
      await using rotated = await start({ ...API, personKeys: { masterKey: next, former: [MASTER_KEY] } })
      await rotated.append('purse-1', 1, [gift('p1', 'Anne'), gift('p2', 'Bert')])
      assert.deepEqual(await names(rotated), ['Anna', 'Anne', 'Bert'])
      await refusal('PERSON_KEYS_FAILED', () => names(engine))
      await using without = await start({ jobs: [], roles: ['api'] })
      await refusal('PERSON_KEYS_MISSING', () => names(without))
    },

    'works with keys that are kept elsewhere, and whatever these say, the record of erasures counts': async ({
      start,
    }) => {
      const kept = new Map<string, Uint8Array>()
      const get: PersonKeys['get'] = async (org, people) =>
        new Map(
          people.flatMap((person) => {
            const key = kept.get(`${org}/${person}`)
            return key === undefined ? [] : [[person, key]]
          }),
        )
      const keeper: PersonKeys = {
        get,
        create: async (org, people) => {
          for (const person of people) kept.set(`${org}/${person}`, Buffer.alloc(32, person.length + kept.size))
          return get(org, people)
        },
        // Too slow: it forgets tomorrow.
        destroy: async () => {},
      }
      await using engine = await start({ ...API, personKeys: keeper })
      await engine.append('purse-1', 'new', [gift('p1', 'Anna'), gift('p2', 'Bert')])
      assert.deepEqual(await names(engine), ['Anna', 'Bert'])
      await engine.events.forget('p1')
      assert.deepEqual(await names(engine), [ERASED, 'Bert'])
      kept.delete('main/p2')
      assert.deepEqual(await names(engine), [ERASED, ERASED])
    },

    'notices fields that somebody changed or moved to another event': async ({ start }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', [gift('p1', 'Anna'), gift('p2', 'Bert')])
      const db = engine.database.kysely()
      await sql`update engine_event set sealed = (select sealed from engine_event where version = 1) where version = 2`.execute(
        db,
      )
      await refusal('PERSON_KEYS_FAILED', () => names(engine))
    },

    'finds fields by a predicate, deep inside, under any name': async ({ start }) => {
      const odd = event({
        name: 'purse.odd',
        data: z.record(z.string(), z.unknown()),
        personal: (pointer) => /\/(secret|a~1b|__proto__)$/.test(pointer),
      })
      await using engine = await start({ ...API, events: [odd] })
      const data = JSON.parse(
        '{"list":[{"secret":"x","open":1},{"open":2}],"a/b":5,"m~n":null,"deep":{"secret":["y"]}}',
      )
      await engine.append('purse-1', 'new', [odd.with(data, { person: 'p1' }), odd.with({ open: 1 }, { person: 'p2' })])
      assert.deepEqual(
        (await engine.events.read('purse-1')).map((each) => each.data),
        [data, { open: 1 }],
      )
      assert.equal(await countRows(engine, 'engine_person_key'), 2)
      await engine.events.forget('p1')
      const [first] = await engine.events.read('purse-1')
      assert.deepEqual(first?.data, {
        list: [{ secret: ERASED, open: 1 }, { open: 2 }],
        'a/b': 0,
        'm~n': null,
        deep: { secret: [] },
      })
    },
  },
}

/** Streams that are over. */
export const archiving: Section = {
  title: 'archiving streams',
  tests: {
    'closes them for appends, and leaves them readable': async ({ start, clock }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', fillings(1, 2))
      await engine.events.archive('purse-1')
      const closedAt = clock.now()
      await clock.advance(10)
      await engine.events.archive('purse-1')
      for (const expected of [2, 'any', 'new'] as const)
        await refusal('STREAM_ARCHIVED', () => engine.append('purse-1', expected, fillings(3)))
      await engine.transaction(async (tx) => refusal('STREAM_ARCHIVED', () => tx.append('purse-1', 'any', fillings(3))))
      const status = await engine.events.stream('purse-1')
      assert.deepEqual([status.state, status.closedAt, status.version], ['closed', closedAt, 2])
      assert.equal((await engine.events.read('purse-1')).length, 2)
      await refusal('STREAM_UNKNOWN', () => engine.events.archive('purse-2'))
    },

    'hands closed ones out whole, removes their events, and remembers them': async ({ start, clock }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', [gift('p1', 'Anna'), ...Array(600).fill(filled.with({ coins: 1 }))])
      await engine.append('purse-2', 'new', fillings(1))
      await engine.append('purse-3', 'new', fillings(1))
      await engine.events.archive('purse-1')
      await engine.events.archive('purse-2')
      const before = clock.now() + 1
      await clock.advance(1_000)
      await engine.events.archive('purse-3')
      const archive = new Map<string, readonly StoredEvent[]>()
      const removed = await engine.events.archiveTo(
        async ({ status, events }) => void archive.set(status.name, await Array.fromAsync(events)),
        { before },
      )
      assert.deepEqual(
        [removed, [...archive].map(([name, { length }]) => `${name}: ${length}`)],
        [2, ['purse-1: 601', 'purse-2: 1']],
      )
      assert.deepEqual(await everything(engine), ['purse-3@1'])
      const status = await engine.events.stream('purse-1')
      assert.deepEqual([status.state, status.archivedAt, status.version], ['archived', clock.now(), 601])
      assert.deepEqual(
        (await engine.events.streams({ state: 'archived' })).streams.map(({ name }) => name),
        ['purse-1', 'purse-2'],
      )
      await refusal('STREAM_ARCHIVED', () => engine.events.read('purse-1'))
      await refusal('STREAM_ARCHIVED', () => engine.append('purse-1', 'any', fillings(3)))
      // What was handed out is still encrypted, and forgetting reaches it.
      const handed = archive.get('purse-1') ?? []
      assert.ok(!JSON.stringify(handed).includes('Anna'))
      const read = async () => namesOf(await engine.events.decode(handed.slice(0, 1)))
      assert.deepEqual(await read(), ['Anna'])
      await engine.events.forget('p1')
      assert.deepEqual(await read(), [ERASED])
    },

    'removes nothing that was not taken, and hands it out again': async ({ start, clock }) => {
      await using engine = await start(API)
      await engine.append('purse-1', 'new', fillings(1, 2))
      await engine.events.archive('purse-1')
      const which = { before: clock.now() + 1 }
      await refusal('ARCHIVE_INCOMPLETE', () =>
        engine.events.archiveTo(async ({ events }) => {
          for await (const _ of events) break
        }, which),
      )
      const mine = new RangeError('disk full')
      const failing = engine.events.archiveTo(async () => Promise.reject(mine), which)
      assert.equal(await failing.catch((error) => error), mine)
      assert.equal((await engine.events.read('purse-1')).length, 2)
      const take = async ({ events }: { readonly events: AsyncIterable<StoredEvent> }) =>
        void (await Array.fromAsync(events))
      assert.deepEqual([await engine.events.archiveTo(take, which), await engine.events.archiveTo(take, which)], [1, 0])
    },

    'keeps what an asynchronous projection has yet to see': async ({ start, clock }) => {
      const options = { jobs: [], events: [moved], projections: [balanceProjection()] } as const
      await using engine = await start({ ...options, roles: ['api'] })
      await engine.append('account-1', 'new', moves(1, 2))
      await engine.events.archive('account-1')
      const take = () =>
        engine.events.archiveTo(async ({ events }) => void (await Array.fromAsync(events)), { before: clock.now() + 1 })
      {
        await using builder = await start(options)
        await builder.projections.wait('balances')
      }
      await engine.append('account-2', 'new', moves(1, 2))
      await engine.events.archive('account-2')
      assert.equal(await take(), 1)
      assert.deepEqual(await everything(engine), ['account-2@1', 'account-2@2'])
      await using worker = await start(options)
      await worker.projections.wait('balances')
      assert.equal(await take(), 1)
      assert.deepEqual(await balances(engine), ['account-1: 3 in 2', 'account-2: 3 in 2'])
    },

    'gives no position twice, even when the newest events are gone': async ({ start, clock }) => {
      await using engine = await start(API)
      const last = await engine.append('purse-1', 'new', fillings(1, 2, 3))
      await engine.events.archive('purse-1')
      await engine.events.archiveTo(async ({ events }) => void (await Array.fromAsync(events)), {
        before: clock.now() + 1,
      })
      assert.deepEqual(await everything(engine), [])
      const { positions, cursor } = await engine.append('purse-2', 'new', fillings(1))
      assert.ok((positions[0] ?? 0) > (last.positions[2] ?? 0))
      assert.deepEqual(await everything(engine, last.cursor), ['purse-2@1'])
      assert.deepEqual(await everything(engine, cursor), [])
    },
  },
}
