import assert from 'node:assert/strict'
import { type Engine, event, job } from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import { engineTables } from '../store.ts'
import { everything, filled, fillings, given, MASTER_KEY } from './event-types.ts'
import { allEnded, type Section } from './lab.ts'

const tell = job({ name: 'tell', input: z.object({}), retry: { attempts: 1 }, run: () => 'told' })
const noted = event({ name: 'organisation.noted', data: z.object({}) })

/** Everything of one that is there no more. */
export const forgettingOrganisations: Section = {
  title: 'forgetting organisations',
  tests: {
    'removes its ended runs, events and keys, in slices, and not a row of another; cut off, it goes on; what has not ended stays':
      async ({ start }) => {
        const forgotten: number[] = []
        const cut = new AbortController()
        const events = [given, filled, noted]
        await using engine = await start({
          jobs: [tell],
          events,
          personKeys: { masterKey: MASTER_KEY },
          async onForget(_tx, ids) {
            forgotten.push(...ids)
            cut.abort(new RangeError('killed'))
          },
        })
        const filledIn = async (org: string) => {
          const runs = await engine.enqueueMany(tell, [{}, {}], { org, tags: [`tag-of-${org}`] })
          await allEnded(
            engine,
            runs.map(({ id }) => id),
          )
          await engine.append(
            'purse-1',
            'new',
            [...fillings(1, 2), given.with({ name: 'Anna', coins: 1 }, { person: 'p1' })],
            { org },
          )
          await engine.events.forget('p2', { org })
          return runs.map(({ id }) => id)
        }
        const gone = await filledIn('gone')
        const waiting = await engine.enqueue(tell, {}, { org: 'gone', delay: '1d' })
        const kept = await filledIn('kept')
        // More than a slice holds.
        await engine.append(
          'long',
          'new',
          Array.from({ length: 1_001 }, () => noted.with({})),
          { org: 'gone' },
        )
        await assert.rejects(engine.forgetOrganisation('gone', cut.signal), RangeError)
        assert.deepEqual(forgotten, gone)
        const { runs, rows, left } = await engine.forgetOrganisation('gone')
        assert.deepEqual([runs, left], [0, 1])
        assert.ok(rows > 1_004, `${rows} rows`)
        assert.deepEqual(await rowsOf(engine, 'gone'), { engine_body: 1 })
        assert.equal((await engine.runs.search({ org: 'gone' })).runs.length, 1)
        assert.equal((await engine.runs.search({ tag: 'tag-of-gone' })).runs.length, 0)
        assert.deepEqual(await everything(engine), ['purse-1@1', 'purse-1@2', 'purse-1@3'])
        assert.equal((await engine.runs.search({ org: 'kept' })).runs.length, kept.length)
        await engine.runs.cancel(waiting.id)
        await engine.enqueue(tell, {}, { org: 'kept' })
        assert.deepEqual(await engine.forgetOrganisation('gone'), { runs: 1, rows: 0, left: 0 })
        assert.deepEqual(await rowsOf(engine, 'gone'), {})
      },
  },
}

/** How many rows each of the engine's tables has of an organisation; those without any are left out. */
async function rowsOf(engine: Engine, org: string): Promise<Readonly<Record<string, number>>> {
  const tables = await engine.database.kysely().introspection.getTables()
  const counts: Record<string, number> = {}
  for (const { name, columns } of tables) {
    if (!name.startsWith('engine_') || !columns.some((column) => column.name === 'org')) continue
    const { rows } = await sql<{
      count: number
    }>`select count(*) as count from ${sql.table(name)} where org = ${org}`.execute(engineTables(engine))
    if (Number(rows[0]?.count) > 0) counts[name] = Number(rows[0]?.count)
  }
  return counts
}
