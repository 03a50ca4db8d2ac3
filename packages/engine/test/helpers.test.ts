import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DatabaseSource, job, openDatabase } from '@regie/engine'
import { fakeClock, startTestEngine, until } from '@regie/engine/testing'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

describe('a fake clock', () => {
  it('stands still until it is moved, and then by as much', async () => {
    const clock = fakeClock(1_000)
    await clock.advance(0)
    expect(clock.now()).toBe(1_000)
    await clock.advance(250)
    expect(clock.now()).toBe(1_250)
  })

  it('fires timers at their own instants and in order, those set on the way included', async () => {
    const clock = fakeClock(0)
    const fired: string[] = []
    const note = (name: string) => () => fired.push(`${name} at ${clock.now()}`)
    clock.setTimer(note('late'), 50)
    clock.setTimer(() => {
      note('early')()
      clock.setTimer(note('set by early'), 20)
    }, 10)
    clock.setTimer(note('too late'), 101)
    await clock.advance(100)
    expect(fired).toEqual(['early at 10', 'set by early at 30', 'late at 50'])
    expect(clock.pending).toBe(1)
  })

  it('lets promises settle between two instants', async () => {
    const clock = fakeClock(0)
    const order: string[] = []
    clock.setTimer(async () => {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve()
      order.push('the first is through')
    }, 10)
    clock.setTimer(() => order.push('the second fires'), 11)
    await clock.advance(20)
    expect(order).toEqual(['the first is through', 'the second fires'])
  })

  it('does not fire what was stopped', async () => {
    const clock = fakeClock(0)
    let fired = false
    const stop = clock.setTimer(() => {
      fired = true
    }, 10)
    stop()
    stop()
    await clock.advance(20)
    expect([fired, clock.pending]).toEqual([false, 0])
  })

  it('leaps over instants, and fires what was missed at the end', async () => {
    const clock = fakeClock(0)
    const fired: number[] = []
    for (const due of [30, 10, 20]) clock.setTimer(() => fired.push(due * 1_000 + clock.now()), due)
    await clock.leap(100)
    expect(fired).toEqual([10_100, 20_100, 30_100])
  })
})

describe('until', () => {
  it('answers what it has waited for', async () => {
    let looks = 0
    const seen = await until('the third look', () => (++looks === 3 ? { looks } : undefined))
    expect(seen).toEqual({ looks: 3 })
  })

  it('gives up and says what it waited for', async () => {
    await expect(until('a miracle', () => false, { timeoutMs: 20 })).rejects.toThrow('a miracle')
  })
})

describe('a test engine', () => {
  const noop = job({ name: 'noop', input: z.object({}), run: () => 'ran' })
  let folder: string
  let database: DatabaseSource & { readonly kind: 'sqlite' }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regie-helpers-'))
    database = { kind: 'sqlite', path: join(folder, 'engine.sqlite') }
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('works like any other, on the machine’s clock as well', async () => {
    await using engine = await startTestEngine({ database, jobs: [noop] })
    const { id } = await engine.enqueue(noop, {})
    expect((await engine.runs.wait(id)).result).toBe('ran')
  })

  it('fails the test that leaves a connection open', async () => {
    const engine = await startTestEngine({ database, jobs: [noop], clock: fakeClock() })
    const leak = createServer().listen(0, '127.0.0.1')
    await once(leak, 'listening')
    const stopping = engine.stop()
    await expect(stopping).rejects.toThrow('TCPServerWrap')
    leak.close()
    await once(leak, 'close')
  }, 15_000)

  it('fails the test that leaves a worker behind', async () => {
    const engine = await startTestEngine({ database, jobs: [noop], clock: fakeClock() })
    await using other = await openDatabase(database)
    await sql`insert into engine_worker (name, queues, started_at, beat_at) values ('stray', '[]', 0, 0)`.execute(
      other.kysely(),
    )
    await expect(engine.stop()).rejects.toThrow('1 workers are still registered')
  })
})
