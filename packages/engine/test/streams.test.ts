import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, type EngineError, event } from '@regie/engine'
import { startTestEngine, until } from '@regie/engine/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { postgresStore } from './postgres.ts'

const marked = event({ name: 'marked', data: z.object({ by: z.int() }) })

/** One of several appends that are under way together. */
interface Act {
  readonly writer: 0 | 1
  readonly stream: string
  readonly org: string
  readonly expected: 'any' | 'new' | 'last seen' | number
  readonly count: number
  /** Alone, in a transaction, or in one that is undone. */
  readonly within: 'nothing' | 'transaction' | 'undone'
}

const acts: fc.Arbitrary<Act> = fc.record({
  writer: fc.constantFrom(0 as const, 1 as const),
  stream: fc.constantFrom('a', 'b', 'c'),
  org: fc.constantFrom('one', 'two'),
  expected: fc.oneof(fc.constantFrom('any' as const, 'new' as const, 'last seen' as const), fc.nat({ max: 6 })),
  count: fc.integer({ min: 1, max: 4 }),
  within: fc.constantFrom('nothing' as const, 'nothing' as const, 'transaction' as const, 'undone' as const),
})
// Those of one round are under way at the same time.
const rounds = fc.array(fc.array(acts, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 })

class Undone extends Error {}

async function perform(engine: Engine, act: Act, mark: number): Promise<number | undefined> {
  const { stream, org, count, within } = act
  const options = { org }
  const expected = act.expected === 'last seen' ? await lastSeen(engine, act) : act.expected
  const events = Array.from({ length: count }, () => marked.with({ by: mark }))
  if (within === 'nothing') return (await engine.append(stream, expected, events, options)).version
  return engine.transaction(async (tx) => {
    const { version } = await tx.append(stream, expected, events, options)
    if (within === 'undone') throw new Undone()
    return version
  })
}

async function lastSeen(engine: Engine, { stream, org }: Act): Promise<number> {
  return (await engine.events.read(stream, { org, backwards: true, limit: 1 }))[0]?.version ?? 0
}

/** Marks of the appends that were acknowledged, with the versions they were told. */
type Ledger = ReadonlyMap<number, Act & { readonly version: number }>

async function run(engines: readonly [Engine, Engine], plan: readonly (readonly Act[])[]): Promise<Ledger> {
  const ledger = new Map<number, Act & { readonly version: number }>()
  let mark = 0
  for (const round of plan) {
    await Promise.all(
      round.map(async (act) => {
        const own = ++mark
        try {
          const version = await perform(engines[act.writer], act, own)
          if (version !== undefined) ledger.set(own, { ...act, version })
        } catch (error) {
          // Nothing else may come out of it, such as an error of the driver.
          if (!(error instanceof Undone)) expect((error as EngineError).code).toBe('STREAM_CONFLICT')
        }
      }),
    )
  }
  return ledger
}

async function check(engine: Engine, ledger: Ledger): Promise<void> {
  // On PostgreSQL a transaction of another test on the same server holds the end back.
  const total = [...ledger.values()].reduce((sum, { count }) => sum + count, 0)
  await until('everything can be read', async () => (await Array.fromAsync(engine.events.replay())).length >= total)
  const replayed = new Map<string, number>()
  const positions: number[] = []
  const seen = new Map<number, number[]>()
  for await (const each of engine.events.replay({ types: [marked] })) {
    const place = `${each.org}/${each.stream}`
    const before = replayed.get(place) ?? 0
    expect(each.version, `${place} has no gap`).toBe(before + 1)
    replayed.set(place, each.version)
    positions.push(each.position)
    seen.set(each.data.by, [...(seen.get(each.data.by) ?? []), each.version])
  }
  expect(new Set(positions).size, 'a position is given once').toBe(positions.length)
  expect([...seen.keys()].toSorted(), 'what was acknowledged is there, and nothing else').toEqual(
    [...ledger.keys()].toSorted(),
  )
  for (const [mark, { version, count, expected }] of ledger) {
    expect(seen.get(mark)).toEqual(Array.from({ length: count }, (_, n) => version - count + n + 1))
    if (typeof expected === 'number') expect(version).toBe(expected + count)
  }
}

describe('stream versions', () => {
  const postgres = postgresStore()

  it('have no gaps on SQLite, whoever appends at the same time', { timeout: 60_000 }, async () => {
    const holds = async (plan: readonly (readonly Act[])[]): Promise<void> => {
      const folder = await mkdtemp(join(tmpdir(), 'regie-streams-'))
      const options = {
        database: { kind: 'sqlite' as const, path: join(folder, 'engine.sqlite') },
        jobs: [],
        events: [marked],
      }
      try {
        await using one = await startTestEngine({ ...options, roles: ['api'] })
        await using other = await startTestEngine({ ...options, roles: ['api'] })
        await check(other, await run([one, other], plan))
      } finally {
        await rm(folder, { recursive: true })
      }
    }
    await fc.assert(fc.asyncProperty(rounds, holds), { numRuns: 30 })
  })

  it('have no gaps on PostgreSQL, whoever appends at the same time', { timeout: 60_000 }, async () => {
    const holds = async (plan: readonly (readonly Act[])[]): Promise<void> => {
      const { source } = await postgres.openSource()
      await using one = await startTestEngine({ database: source, jobs: [], events: [marked], roles: ['api'] })
      await using other = await startTestEngine({ database: source, jobs: [], events: [marked], roles: ['api'] })
      await check(other, await run([one, other], plan))
    }
    await fc.assert(fc.asyncProperty(rounds, holds), { numRuns: 25 })
  })
})
