import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Concurrency, Probe, ProbeOrder, Session } from './contestant.ts'
import { percentiles, perSecond } from './figures.ts'

/** What a child process is asked to do with one contestant; times in milliseconds. */
export type Task =
  | { readonly kind: 'enqueue'; readonly count: number; readonly limitMs: number }
  | { readonly kind: 'load'; readonly count: number }
  | { readonly kind: 'process'; readonly concurrency: Concurrency; readonly count: number; readonly limitMs: number }
  | { readonly kind: 'latency'; readonly samples: number; readonly everyMs: number }
  | { readonly kind: 'preload'; readonly count: number; readonly limitMs: number }
  | { readonly kind: 'claim'; readonly samples: number }
  | { readonly kind: 'probe'; readonly probe: Probe; readonly order: ProbeOrder }

/** What it found, by name, and what a reader must know about this one measurement. */
export interface Findings {
  readonly values: Readonly<Record<string, number>>
  readonly remark?: string
}

const BATCH = 1_000
const PRELOAD_CHUNK = 50_000
const WARM_UP = 20
const LAST_RUN_MS = 20_000

/** Carries a task out; the session stays open. */
export async function perform(session: Session, task: Task): Promise<Findings> {
  switch (task.kind) {
    case 'enqueue':
      return enqueue(session, task.count, task.limitMs)
    case 'load':
      return enqueue(session, task.count, Number.POSITIVE_INFINITY)
    case 'process':
      return process_(session, task.concurrency, task.count, task.limitMs)
    case 'latency':
      return latency(session, task.samples, task.everyMs)
    case 'preload':
      return preload(session, task.count, task.limitMs)
    case 'claim':
      return claim(session, task.samples)
    case 'probe':
      return probe(session, task.probe, task.order)
  }
}

async function enqueue(session: Session, count: number, limitMs: number): Promise<Findings> {
  const from = performance.now()
  let done = 0
  while (done < count && performance.now() - from < limitMs) {
    const size = Math.min(BATCH, count - done)
    await session.enqueueMany(numbers(done, size))
    done += size
  }
  return { values: { rate: perSecond(done, performance.now() - from) } }
}

/** The clock runs from the start of the worker until the store says that nothing is left. */
async function process_(session: Session, concurrency: Concurrency, count: number, limitMs: number): Promise<Findings> {
  const { promise: allRan, resolve } = Promise.withResolvers<'all'>()
  const giveUp = new AbortController()
  let ran = 0
  const from = performance.now()
  await session.work(concurrency, () => {
    ran += 1
    if (ran === count) resolve('all')
  })
  const timeOut = sleep(limitMs, 'late' as const, { signal: giveUp.signal }).catch(() => 'late' as const)
  const outcome = await Promise.race([allRan, timeOut])
  const handled = ran
  if (outcome === 'late') {
    const rate = perSecond(handled, performance.now() - from)
    return { values: { rate }, remark: `stopped after ${limitMs / 1_000} s with ${handled} of ${count} runs` }
  }
  while ((await session.unfinished()) > 0) await sleep(1)
  const ms = performance.now() - from
  giveUp.abort()
  return { values: { rate: perSecond(count, ms) } }
}

/** An idle worker, one run at a time at a steady pace: from just before the call of `enqueue` to the first line of the handler. */
async function latency(session: Session, samples: number, everyMs: number): Promise<Findings> {
  const count = samples + WARM_UP
  const sent: number[] = []
  const taken: number[] = []
  const { promise: allRan, resolve } = Promise.withResolvers<void>()
  let ran = 0
  await session.work(10, (n) => {
    taken[n] = performance.now() - (sent[n] ?? 0)
    ran += 1
    if (ran === count) resolve()
  })
  await sleep(1_000)
  for (let n = 0; n < count; n += 1) {
    const next = performance.now() + everyMs
    sent[n] = performance.now()
    await session.enqueueOne(n)
    await sleep(Math.max(0, next - performance.now()))
  }
  await Promise.race([allRan, sleep(LAST_RUN_MS)])
  const measured = taken.slice(WARM_UP).filter((ms) => ms !== undefined)
  const values = { ...percentiles(measured) }
  return measured.length === samples
    ? { values }
    : { values, remark: `${samples - measured.length} runs never started` }
}

async function preload(session: Session, count: number, limitMs: number): Promise<Findings> {
  const from = performance.now()
  let done = 0
  while (done < count && performance.now() - from < limitMs) {
    const size = Math.min(PRELOAD_CHUNK, count - done)
    if (session.preload) await session.preload(size)
    else
      for (let at = 0; at < size; at += BATCH) await session.enqueueMany(numbers(done + at, Math.min(BATCH, size - at)))
    done += size
  }
  return { values: { waiting: done } }
}

async function claim(session: Session, samples: number): Promise<Findings> {
  if (!session.claims) throw new Error('This contestant cannot claim one run alone')
  const times = await session.claims(samples + WARM_UP)
  return { values: { ...percentiles(times.slice(WARM_UP)) } }
}

async function probe(session: Session, name: Probe, order: ProbeOrder): Promise<Findings> {
  if (!session.probe) throw new Error(`This contestant has no ${name}`)
  return { values: await session.probe(name, order) }
}

function numbers(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}

/** Bytes this process, with its threads, caused to be written to storage since it started; absent where the kernel does not count them. */
export async function bytesWritten(): Promise<number | undefined> {
  const counters = await readFile('/proc/self/io', 'utf8').catch(() => '')
  const found = /^write_bytes: (\d+)$/m.exec(counters)?.[1]
  return found === undefined ? undefined : Number(found)
}
