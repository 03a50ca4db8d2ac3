import { AsyncLocalStorage } from 'node:async_hooks'
import { type Clock, type Database, type LoggedRun, type Logger, runLog } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { PlatformLog } from '../observe/log.ts'
import { type BufferLimits, LineBuffer, type RunLines } from './buffer.ts'
import { createErasing, type Erasing } from './erasing.ts'
import { type RunLine, readRunLine } from './line.ts'
import {
  deleteBefore,
  deleteLines,
  type LineFilter,
  type LineHead,
  type RunLogTables,
  readFirst,
  readHeads,
  readLines,
  readNews,
  writeLines,
} from './store/lines.ts'

/** Some lines of a run, and what is not among them. */
export interface RunLogPage {
  readonly lines: readonly RunLine[]
  /** Pass it as `after` for the lines that follow; absent when there are none yet. */
  readonly next?: number
  /** The sequence of the newest line; 0 of a run that wrote none. */
  readonly last: number
  /** Older lines that were removed, because only the newest of a run are kept, and no longer than the log. */
  readonly cut: number
  /** Lines that were never written down, because more was written than the database took. */
  readonly dropped: number
}

/** What runs write into the log, kept with them. */
export interface RunLogs extends Erasing {
  /** The log of one run, for the engine. What is written through it and passes the log's own level is kept. */
  logger(log: Logger, run: LoggedRun): Logger
  /** A page of lines, oldest first; what is not yet written down is written first. */
  read(
    run: { readonly org: string; readonly run: number },
    page: LineFilter & { readonly after?: number | undefined; readonly limit: number },
  ): Promise<RunLogPage>
  /** Of these runs: how many lines there are. */
  heads(runs: readonly number[]): Promise<readonly LineHead[]>
  /** Lines of several runs, each after a sequence. */
  news(
    runs: readonly { readonly run: number; readonly after: number }[],
    limit: number,
  ): Promise<ReadonlyMap<number, readonly RunLine[]>>
  /** Removes lines from before an instant (milliseconds UTC); answers how many. */
  prune(before: number): Promise<number>
  /** Removes the lines of runs that are forgotten, in the transaction given. */
  forgetRuns(tx: unknown, runs: readonly number[]): Promise<void>
  /** Writes down what is there, now. What cannot be written is tried again. */
  flush(): Promise<void>
  /** Writes down what is left, and ends. */
  stop(): Promise<void>
}

/** What it is made of. */
export interface RunLogsOptions {
  readonly database: Database
  /** Called at first use. */
  readonly clock: () => Clock
  /** The one whose lines are heard: those that pass its level, without secrets. */
  readonly log: PlatformLog
  readonly limits?: BufferLimits
}

const FLUSH_MS = 500
const RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000]
const MOST_FAILURES = 20
// A transaction of so many lines holds SQLite's only writer for some milliseconds.
const SLICE = 500
const PRUNED = 1_000

/** The lines of the runs of a database; this process hears those of its own. */
export function createRunLogs({ database, clock, log: root, limits }: RunLogsOptions): RunLogs {
  const log = root.child({ part: 'run-log' })
  // What a run writes is heard in the middle of whatever it does, its transactions among it; writing lines down is no part of that.
  const outside = AsyncLocalStorage.snapshot()
  const buffer = new LineBuffer(limits)
  let speaking: LoggedRun | undefined
  let batch: readonly RunLines[] = []
  let failures = 0
  let stopTimer: (() => void) | undefined
  let flushing: Promise<void> | undefined
  let stopped = false

  const writeAll = async (): Promise<void> => {
    while (batch.length > 0 || !buffer.isEmpty) {
      if (batch.length === 0) batch = buffer.take(SLICE)
      await writeLines(database, batch.map(parsed))
      const dropped = batch.reduce((sum, each) => sum + each.dropped, 0)
      batch = []
      failures = 0
      if (dropped > 0) log.warn({ dropped }, 'runs logged more than could be kept: some of their lines are missing')
    }
  }
  const flushOnce = async (): Promise<void> => {
    stopTimer?.()
    stopTimer = undefined
    try {
      await writeAll()
    } catch (err) {
      failures += 1
      if (failures === 1) log.warn({ err }, 'the lines of runs could not be written down: trying again')
      if (failures % MOST_FAILURES > 0) return
      // Perhaps it is they that the database does not take, and not that it is away.
      log.warn({ runs: batch.map(({ run }) => run) }, 'lines of runs were given up: they could not be written down')
      batch = []
    }
  }
  const arm = (): void => {
    if (stopped || stopTimer !== undefined || flushing !== undefined) return
    const delay = failures === 0 ? FLUSH_MS : RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]
    stopTimer = outside(() => clock().setTimer(() => void flush(), delay ?? FLUSH_MS))
  }
  const flush = (): Promise<void> => {
    flushing ??= outside(flushOnce).finally(() => {
      flushing = undefined
      if (batch.length > 0 || !buffer.isEmpty) arm()
    })
    return flushing
  }
  const said = (run: LoggedRun, say: () => void): void => {
    const before = speaking
    speaking = run
    try {
      say()
    } finally {
      speaking = before
    }
  }
  const stopHearing = root.tap((text) => {
    if (speaking === undefined) return
    buffer.add(speaking.id, speaking.org, { attempt: speaking.attempt, text })
    arm()
  })
  const waits = (run: number): boolean => buffer.has(run) || batch.some((each) => each.run === run)
  const erasing = createErasing({ database, clock, log, outside, before: flush })

  return {
    ...erasing,
    logger(base, run) {
      const own = runLog(base, run)
      // The log is written at once, so that the line that is heard meanwhile is this run's, whatever its fields say.
      return {
        debug: (fields, message) => said(run, () => own.debug(fields, message)),
        info: (fields, message) => said(run, () => own.info(fields, message)),
        warn: (fields, message) => said(run, () => own.warn(fields, message)),
        error: (fields, message) => said(run, () => own.error(fields, message)),
      }
    },
    async read({ org, run }, { after = 0, limit, ...filter }) {
      if (waits(run)) await flush()
      const lines = await readLines(database, { org, run }, { ...filter, after, limit: limit + 1 })
      const page = lines.slice(0, limit)
      const next = lines.length > limit ? page.at(-1)?.seq : undefined
      const head = (await readHeads(database, [run])).find((each) => each.org === org)
      if (head === undefined) return { lines: page, last: 0, cut: 0, dropped: 0 }
      const first = await readFirst(database, run)
      const cut = first === undefined ? head.lines : first - 1
      return { lines: page, ...(next !== undefined && { next }), last: head.lines, cut, dropped: head.dropped }
    },
    heads: (runs) => readHeads(database, runs),
    news: (runs, limit) => readNews(database, runs, limit),
    // The engine's transaction is on the same database.
    forgetRuns: (tx, runs) => deleteLines(tx as Kysely<RunLogTables>, runs),
    async prune(before) {
      for (let removed = 0; ; ) {
        const some = await deleteBefore(database, before, PRUNED)
        removed += some
        if (some < PRUNED) return removed
      }
    },
    flush,
    async stop() {
      stopped = true
      stopHearing()
      stopTimer?.()
      await flushing
      await flush()
      await erasing.settle()
    },
  }
}

function parsed({ lines, ...rest }: RunLines) {
  return { ...rest, lines: lines.map(({ text, attempt }) => readRunLine(text, attempt)) }
}
