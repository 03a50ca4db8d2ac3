import type { Concurrency } from './contestant.ts'

/** What is run; a row gives one or more figures. */
export type Row =
  | 'enqueue'
  | 'process-1'
  | 'process-10'
  | 'process-100'
  | 'latency'
  | 'claim'
  | 'workflow'
  | 'events'
  | 'waiting'

/** All rows, in the order they run. */
export const rowNames: readonly Row[] = [
  'enqueue',
  'process-1',
  'process-10',
  'process-100',
  'latency',
  'claim',
  'workflow',
  'events',
  'waiting',
]

/** Rows that take minutes are measured once. */
export const onceOnly: ReadonlySet<Row> = new Set<Row>(['claim', 'waiting'])

/** One number per contestant in the report. */
export interface Figure {
  readonly name: string
  readonly row: Row
  readonly title: string
  readonly unit: string
  readonly better: 'more' | 'less'
}

function figure(name: string, row: Row, title: string, unit: string, better: Figure['better']): Figure {
  return { name, row, title, unit, better }
}

/** All figures, in the order of the report. */
export const figures: readonly Figure[] = [
  figure('enqueue', 'enqueue', 'Bulk enqueue', 'runs/s', 'more'),
  figure('process-1', 'process-1', 'Process, concurrency 1', 'runs/s', 'more'),
  figure('process-10', 'process-10', 'Process, concurrency 10', 'runs/s', 'more'),
  figure('process-100', 'process-100', 'Process, concurrency 100', 'runs/s', 'more'),
  figure('latency-p50', 'latency', 'Enqueue → start, p50', 'ms', 'less'),
  figure('latency-p95', 'latency', 'Enqueue → start, p95', 'ms', 'less'),
  figure('latency-p99', 'latency', 'Enqueue → start, p99', 'ms', 'less'),
  figure('claim-p50', 'claim', 'Claim, a million waiting, p50', 'ms', 'less'),
  figure('claim-p95', 'claim', 'Claim, a million waiting, p95', 'ms', 'less'),
  figure('claim-p99', 'claim', 'Claim, a million waiting, p99', 'ms', 'less'),
  figure('workflow', 'workflow', 'Five-step workflows, 100 at a time', 'workflows/s', 'more'),
  figure('first-step-p50', 'workflow', 'Enqueue → first step, p50', 'ms', 'less'),
  figure('append', 'events', 'Append, batches of 100', 'events/s', 'more'),
  figure('projection', 'events', 'Asynchronous projection with upcasting', 'events/s', 'more'),
  figure('replay', 'events', 'Replay with upcasting', 'events/s', 'more'),
  figure('wake-p50', 'waiting', 'Wake-up late, 100,000 waiting workflows, p50', 'ms', 'less'),
  figure('wake-p99', 'waiting', 'Wake-up late, 100,000 waiting workflows, p99', 'ms', 'less'),
  figure('waiting-memory', 'waiting', 'Memory for 100,000 waiting workflows', 'MB', 'less'),
  figure('memory', 'process-100', 'Memory, peak while processing', 'MB', 'less'),
  figure('bytes', 'process-10', 'Log bytes per run', 'B', 'less'),
]

/** How much of everything. */
export interface Sizes {
  readonly enqueue: number
  /** Share of each contestant's own backlog. */
  readonly backlogShare: number
  readonly limitMs: number
  readonly latencySamples: number
  readonly waiting: number
  readonly preloadMs: number
  readonly claimSamples: number
  readonly repeats: number
}

/** The published figures: about half an hour. */
export const fullSizes: Sizes = {
  enqueue: 100_000,
  backlogShare: 1,
  limitMs: 15_000,
  latencySamples: 500,
  waiting: 1_000_000,
  preloadMs: 90_000,
  claimSamples: 500,
  repeats: 3,
}

/** Whether everything still runs: a minute or two, and figures of no worth. */
export const quickSizes: Sizes = {
  enqueue: 5_000,
  backlogShare: 0.05,
  limitMs: 5_000,
  latencySamples: 50,
  waiting: 20_000,
  preloadMs: 10_000,
  claimSamples: 50,
  repeats: 1,
}

/** How many runs at the same time, in the rows that process a backlog. */
export const concurrencies = { 'process-1': 1, 'process-10': 10, 'process-100': 100 } as const satisfies Partial<
  Record<Row, Concurrency>
>
