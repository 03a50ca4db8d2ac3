import type { Answer, Order } from './child.ts'
import type { Contestant } from './contestant.ts'
import { inChild } from './in-child.ts'
import type { OpenPlace, Places } from './places.ts'
import { concurrencies, type Row, type Sizes } from './rows.ts'
import type { Task } from './tasks.ts'

/** One measurement: figures by name, or the reason why there are none. */
export interface Sample {
  readonly contestant: string
  readonly row: Row
  readonly repeat: number
  readonly values: Readonly<Record<string, number>>
  readonly remark?: string
}

/** Grace beyond a task's own time limit, for starting, migrating and ending. */
const GRACE_MS = 60_000
/** About 75 a second. */
const ENQUEUE_EVERY_MS = 13

/** Measures one row of one contestant on a fresh place. A failure becomes a remark, so that the others go on. */
export async function measure(
  places: Places,
  contestant: Contestant,
  row: Row,
  repeat: number,
  sizes: Sizes,
): Promise<Sample> {
  const sample = { contestant: contestant.name, row, repeat }
  try {
    await using place = await places.open(contestant.store)
    const found = await measureOn(place, contestant, row, sizes)
    const known = Object.entries(found.values).filter(([, value]) => Number.isFinite(value))
    return { ...sample, ...found, values: Object.fromEntries(known) }
  } catch (error) {
    return { ...sample, values: {}, remark: `failed: ${error instanceof Error ? error.message : error}` }
  }
}

interface Found {
  readonly values: Readonly<Record<string, number>>
  readonly remark?: string
}

type Ask = (task: Task, limitMs: number, options?: { readonly migrate: boolean }) => Promise<Answer>

function measureOn(place: OpenPlace, contestant: Contestant, row: Row, sizes: Sizes): Promise<Found> {
  const ask: Ask = (task, limitMs, options) => {
    const order: Order = {
      contestant: contestant.name,
      place: place.place,
      migrate: options?.migrate ?? false,
      task,
    }
    return inChild(order, limitMs + GRACE_MS)
  }
  if (row === 'enqueue') return measureEnqueue(ask, sizes)
  if (row === 'latency') return measureLatency(ask, sizes)
  if (row === 'claim') return measureClaims(ask, place, sizes)
  if (row === 'workflow') return measureWorkflows(ask, contestant, sizes)
  if (row === 'events') return measureEvents(ask, contestant, sizes)
  if (row === 'waiting') return measureWaiting(ask, contestant, sizes)
  return measureProcessing(ask, place, contestant, row, sizes)
}

async function measureEnqueue(ask: Ask, { enqueue, limitMs }: Sizes): Promise<Found> {
  const { values } = await ask({ kind: 'enqueue', count: enqueue, limitMs }, limitMs, { migrate: true })
  return { values: { enqueue: values.rate ?? Number.NaN } }
}

async function measureProcessing(
  ask: Ask,
  place: OpenPlace,
  { backlog }: Contestant,
  row: keyof typeof concurrencies,
  { backlogShare, limitMs }: Sizes,
): Promise<Found> {
  const concurrency = concurrencies[row]
  const count = Math.max(100, Math.round(backlog[concurrency] * backlogShare))
  await ask({ kind: 'load', count: 0 }, 0, { migrate: true })
  const from = await place.logPosition?.()
  const loading = await ask({ kind: 'load', count }, limitMs * 4)
  const processing = await ask({ kind: 'process', concurrency, count, limitMs }, limitMs)
  const to = await place.logPosition?.()
  const own = (loading.bytesWritten ?? Number.NaN) + (processing.bytesWritten ?? Number.NaN)
  const bytes = from === undefined || to === undefined ? own : to - from
  return {
    ...remarked(processing.remark),
    values: {
      [row]: processing.values.rate ?? Number.NaN,
      ...(row === 'process-100' && { memory: processing.peakRssMb }),
      ...(row === 'process-10' && { bytes: bytes / count }),
    },
  }
}

async function measureLatency(ask: Ask, { latencySamples, limitMs }: Sizes): Promise<Found> {
  const task = { kind: 'latency', samples: latencySamples, everyMs: ENQUEUE_EVERY_MS } as const
  const { values, remark } = await ask(task, limitMs, { migrate: true })
  return { values: prefixed('latency', values), ...remarked(remark) }
}

async function measureClaims(ask: Ask, place: OpenPlace, sizes: Sizes): Promise<Found> {
  const { waiting: count, preloadMs, claimSamples, limitMs } = sizes
  const loading = await ask({ kind: 'preload', count, limitMs: preloadMs }, preloadMs, { migrate: true })
  await place.settle?.()
  const { values } = await ask({ kind: 'claim', samples: claimSamples }, limitMs * 4)
  const waiting = loading.values.waiting ?? 0
  const short = waiting < count ? `only ${waiting} runs could be loaded in ${preloadMs / 1_000} s` : undefined
  return { values: prefixed('claim', values), ...remarked(short) }
}

const PROBE_MS = 60_000

async function measureWorkflows(ask: Ask, { probes }: Contestant, { backlogShare }: Sizes): Promise<Found> {
  const order = { count: Math.max(100, Math.round((probes?.workflow ?? 0) * backlogShare)) }
  await ask({ kind: 'load', count: 0 }, 0, { migrate: true })
  const { values } = await ask({ kind: 'probe', probe: 'workflow', order }, PROBE_MS)
  return { values }
}

async function measureEvents(ask: Ask, { probes }: Contestant, { backlogShare }: Sizes): Promise<Found> {
  const order = { count: Math.round((probes?.append ?? 0) * backlogShare), batch: 100 }
  await ask({ kind: 'load', count: 0 }, 0, { migrate: true })
  const appended = await ask({ kind: 'probe', probe: 'append', order }, PROBE_MS)
  const followed = await ask({ kind: 'probe', probe: 'projection', order }, PROBE_MS)
  return { values: { ...appended.values, ...followed.values } }
}

/** Time for all to fall asleep, and for as many to wake one after the other. */
const ASLEEP_MS = 75_000
const WAKING_MS = 60_000

async function measureWaiting(ask: Ask, { probes }: Contestant, { backlogShare }: Sizes): Promise<Found> {
  const count = Math.round((probes?.sleep ?? 0) * backlogShare)
  const spanMs = Math.round(WAKING_MS * backlogShare)
  await ask({ kind: 'load', count: 0 }, 0, { migrate: true })
  const alone = await ask({ kind: 'probe', probe: 'idle', order: { count: 0 } }, PROBE_MS)
  const order = { count, from: Date.now() + Math.max(20_000, ASLEEP_MS * backlogShare), spanMs }
  await ask({ kind: 'probe', probe: 'sleep', order }, ASLEEP_MS)
  const { values } = await ask({ kind: 'probe', probe: 'wake', order }, ASLEEP_MS + spanMs + PROBE_MS)
  const { p50 = Number.NaN, p99 = Number.NaN, resident = Number.NaN } = values
  const memory = resident - (alone.values.resident ?? Number.NaN)
  return { values: { 'wake-p50': p50, 'wake-p99': p99, 'waiting-memory': memory } }
}

function remarked(remark: string | undefined): { readonly remark?: string } {
  return remark === undefined ? {} : { remark }
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}-${name}`, value]))
}
