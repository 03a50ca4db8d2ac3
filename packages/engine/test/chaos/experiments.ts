import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSource, Random } from '@regie/engine'
import { cutPower } from '../power-cut/run.ts'
import { killAtAcknowledgement } from './acknowledge.ts'
import { crashing, killing } from './disturbances.ts'
import { freezeWorker } from './freeze.ts'
import type { OwnPostgres } from './postgres.ts'
import { createSchema } from './store.ts'
import { runTrial, type TrialReport } from './trial.ts'

/** What one experiment showed: it holds when there are no problems. */
export interface Finding {
  readonly title: string
  readonly figures: readonly string[]
  readonly problems: readonly string[]
}

/** A store and a folder, both empty. */
export interface Place {
  readonly source: DatabaseSource
  readonly directory: string
}

/** Makes a place for one experiment: a new file, or a new schema of the server. */
export async function makePlace(root: string, name: string, url?: string): Promise<Place> {
  const directory = join(root, name)
  mkdirSync(directory)
  if (url === undefined) return { directory, source: { kind: 'sqlite', path: join(directory, 'chaos.db') } }
  const schema = `chaos_${name.replaceAll(/\W/g, '_')}_${process.pid}`
  await createSchema(url, schema)
  return { directory, source: { kind: 'postgres', url, schema, poolSize: 5 } }
}

const WORKERS = 4
const KILL_EVERY_MS = 500

/** How a trial is held, whatever it does. */
export interface Strictness {
  /**
   * A take-over that took longer than promised breaks a promise. Otherwise it is only printed: in `npm test` the trials share
   * the machine with everything else, and a process that gets no time says nothing about the engine.
   */
  readonly inTime: boolean
}

/** What is promised between the death of a process and the next start of what it was running. */
const TAKE_OVER_MS = 10_000

/** Take-overs that came too late, if that counts. */
export function lateTakeOvers(times: readonly number[], { inTime }: Strictness): readonly string[] {
  const slowest = Math.max(0, ...times)
  return inTime && slowest > TAKE_OVER_MS ? [`a take-over took ${slowest} ms`] : []
}

/** Four workers, one of them killed every half second. */
export async function killStorm(
  { source, directory }: Place,
  { runs, durationMs }: { readonly runs: number; readonly durationMs: number },
  random: Random,
  strictness: Strictness,
): Promise<Finding> {
  const disturb = killing(WORKERS, KILL_EVERY_MS, random)
  const report = await runTrial({ source, directory, workers: WORKERS, runs, durationMs, disturb })
  return {
    title: `${source.kind}: ${WORKERS} workers, one killed (kill -9) every ${KILL_EVERY_MS} ms, ${runs} runs in ${durationMs / 1_000} s`,
    figures: [...trialFigures(report), takeOverFigures(report)],
    problems: [...report.problems, ...lateTakeOvers(report.noticed, strictness)],
  }
}

/** Three workers, and a PostgreSQL that crashes again and again. */
export async function crashServer(
  { source, directory }: Place,
  server: OwnPostgres,
  { runs, durationMs, everyMs }: { readonly runs: number; readonly durationMs: number; readonly everyMs: number },
): Promise<Finding> {
  let crashes = 0
  const disturb = crashing(server, everyMs, () => crashes++)
  const report = await runTrial({ source, directory, workers: 3, runs, durationMs, disturb })
  return {
    title: `${source.kind}: server crashed (immediate mode) ${crashes} times under load and connections cut, 3 workers, ${runs} runs in ${durationMs / 1_000} s`,
    figures: trialFigures(report),
    problems: crashes === 0 ? ['the server was never crashed', ...report.problems] : report.problems,
  }
}

/** Processes killed at the acknowledgement of their enqueue. */
export async function killEnqueuers({ source, directory }: Place, kills: number): Promise<Finding> {
  const { acknowledged, problems } = await killAtAcknowledgement({ source, directory, kills })
  const title = `${source.kind}: ${kills} processes killed (kill -9) right after the acknowledgement of an enqueue`
  return {
    title,
    figures: [`${acknowledged} acknowledged runs, ${acknowledged - problems.length} there after the restart`],
    problems,
  }
}

/** A worker frozen for longer than it may be silent. */
export async function freezeOne({ source, directory }: Place, frozenMs: number): Promise<Finding> {
  const { frozen, refused, takeOverMs, problems } = await freezeWorker({ source, directory, frozenMs })
  return {
    title: `${source.kind}: a worker frozen (SIGSTOP) for ${frozenMs / 1_000} s in the middle of ${frozen} runs`,
    figures: [
      `taken over within ${seconds(takeOverMs)}; ${refused} late completions refused, none accepted; it joined again and worked`,
    ],
    problems,
  }
}

/** Power cuts on SQLite, and the same harness on a disk that does not sync, which it must notice. */
export async function cutSqlite(directory: string, cuts: number, seed: number): Promise<Finding> {
  const at = (name: string): string => {
    mkdirSync(join(directory, name))
    return join(directory, name)
  }
  const full = await cutPower({ directory: at('full'), cuts, seed })
  const fast = await cutPower({ directory: at('fast'), cuts: Math.ceil(cuts / 4), seed, durability: 'fast' })
  const lying = await cutPower({ directory: at('lying'), cuts: Math.ceil(cuts / 4), seed, durability: 'lying' })
  const blind = [fast, lying].some(({ losing }) => losing === 0)
    ? ['the harness does not notice a disk that does not sync']
    : []
  return {
    title: `sqlite: ${full.cuts} power cuts, ${full.checkpoints} checkpoints, ${full.restarts} new beginnings of the log, seed ${seed}`,
    figures: [
      `${full.examined} promises held against the images: ${full.losing} images broke one`,
      `durability 'fast': ${fast.losing} of ${fast.cuts} images lost something; a disk that lies about syncs: ${lying.losing} of ${lying.cuts}`,
    ],
    problems: [
      ...blind,
      ...full.lost,
      ...[full, fast, lying].flatMap(({ damaged }) => damaged),
      ...(full.unended === 0 ? [] : [`${full.unended} acknowledged runs could not be ended after the last cut`]),
    ],
  }
}

function trialFigures(report: TrialReport): readonly string[] {
  const { acknowledged, refusedEnqueues, ended, effects, starts, repeated, refused, snapshots } = report
  return [
    `${acknowledged} acknowledged (${refusedEnqueues} calls failed, nothing promised), ${ended} ended with children and callbacks`,
    `${effects} transactional effects, each once; ${starts} starts, ${repeated} of them of a run that had started before`,
    `${refused} completions refused; ${snapshots} snapshots, every run in one place; ${seconds(report.elapsedMs)} in all`,
  ]
}

function takeOverFigures({ kills, takeOvers, noticed }: TrialReport): string {
  const line = (times: readonly number[]): string =>
    `p50 ${seconds(quantile(times, 0.5))}, p95 ${seconds(quantile(times, 0.95))}, max ${seconds(quantile(times, 1))}`
  return `${kills} kills, ${takeOvers.length} running handlers among the victims; from the kill to the next start: ${line(takeOvers)}; until noticed: ${line(noticed)}`
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
