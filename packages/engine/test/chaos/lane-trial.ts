import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { DatabaseSource, Engine } from '@regie/engine'
import { Fleet, startProcess } from './fleet.ts'
import { judgeFollower, judgeTorn } from './follower-trial.ts'
import { createLaneEngine, type Lane, type LaneEngine } from './lane.ts'
import { createLaneTables, type LaneRemains, readLaneRemains } from './lane-store.ts'
import { deedsOf, judgeLane, type LaneVerdict } from './lane-verdict.ts'
import { openLedger, readLedgers } from './ledger.ts'
import { readRest } from './store.ts'

/** Lanes of one store, in each of which one process dies. */
export interface LaneTrialOptions {
  readonly source: DatabaseSource
  /** An empty folder for ledgers and logs. */
  readonly directory: string
  readonly lanes: readonly Lane[]
}

/** What the ledger and the store say together. */
export interface LaneReport {
  /** Empty when every promise was kept. At most the first twenty. */
  readonly problems: readonly string[]
  /** Processes that died where they were to. */
  readonly deaths: number
  readonly verdicts: readonly LaneVerdict[]
  /** Milliseconds from the start of the next process until it was seen that the one before had died with runs of its own. */
  readonly takeOvers: readonly number[]
}

// Starting a process takes longer than everything else: the next ones start meanwhile.
const AHEAD = 2
// Long enough for a busy machine: it only tells slow from never.
const PATIENCE_MS = 120_000

/** Has one process die in each lane, then starts one that takes all lanes over, and judges what came of it. */
export async function runLanes({ source, directory, lanes }: LaneTrialOptions): Promise<LaneReport> {
  const ledger = openLedger(directory)
  const living = { reached: () => {}, statement: () => {} }
  const laneEngine = await createLaneEngine(source, lanes, { ledger, fate: living, survivor: true })
  await using engine = laneEngine.engine
  await engine.migrate()
  await createLaneTables(engine.database.kysely())
  const followers = lanes.filter(({ plot }) => plot === 'follower')
  const astray = await dieInEach(laneEngine, { source, directory, lanes })
  const projections = new Map<Lane, readonly string[]>()
  for (const lane of followers) projections.set(lane, await judgeTorn(engine, lane))
  const before = readLedgers(directory)
  const settings = { source, directory, lanes }
  const fleet = new Fleet({ file: 'lane-worker.ts', settings, log: `${directory}/workers.log` }, 1)
  try {
    await fleet.ready()
    const readyAt = Date.now()
    const late = await drained(engine)
    for (const lane of followers) {
      const problems = await judgeFollower(laneEngine, lane, deedsOf(lane, before), PATIENCE_MS)
      projections.set(lane, [...(projections.get(lane) ?? []), ...problems])
    }
    await fleet.stop()
    const entries = readLedgers(directory)
    const remains = await readLaneRemains(engine.database.kysely())
    const verdicts = lanes.map((lane) => {
      const verdict = judgeLane(lane, entries, remains)
      return { ...verdict, problems: [...verdict.problems, ...(projections.get(lane) ?? [])] }
    })
    const problems = [
      ...astray,
      ...late,
      ...(fleet.accidents === 0 ? [] : ['the process that took over ended by itself: see workers.log']),
      ...verdicts.flatMap((verdict) => inLane(verdict.lane, verdict.problems)),
      ...leftBehind(remains),
    ]
    return {
      problems: problems.slice(0, 20),
      deaths: entries.filter(({ kind }) => kind === 'died').length,
      verdicts,
      takeOvers: remains.lost.map(({ at }) => Math.max(0, Number(at) - readyAt)),
    }
  } finally {
    await fleet.stop(0)
  }
}

const inLane = ({ plot, death }: Lane, problems: readonly string[]): readonly string[] =>
  problems.map((problem) => `${plot}, killed at "${death.at}" + ${death.statements}: ${problem}`)

function leftBehind({ batches, leftovers }: LaneRemains): readonly string[] {
  return [
    ...batches.filter(({ pending }) => pending !== 0).map(({ id }) => `batch ${id} is not over`),
    ...Object.entries(leftovers).flatMap(([table, rows]) => (rows === 0 ? [] : [`${rows} rows are left in ${table}`])),
  ]
}

/** Has the processes of all lanes die, a few at a time. Answers who did not. */
async function dieInEach(laneEngine: LaneEngine, options: LaneTrialOptions): Promise<readonly string[]> {
  const waiting = [...options.lanes]
  const problems: string[] = []
  const work = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      const call = laneEngine.call(lane)
      const run = call === undefined ? 0 : (await laneEngine.engine.enqueue(call, { queue: lane.name })).id
      problems.push(...inLane(lane, await dieIn(lane, run, options)))
    }
  }
  await Promise.all(Array.from({ length: AHEAD }, work))
  return problems
}

async function dieIn(lane: Lane, run: number, { source, directory }: LaneTrialOptions): Promise<readonly string[]> {
  const settings = { source, directory, lanes: [lane], run }
  const child = startProcess({ file: 'lane-worker.ts', settings, log: `${directory}/workers.log` })
  let late = false
  const giveUp = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, PATIENCE_MS)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(giveUp)
  if (late) return [`the process did not come to its place in ${PATIENCE_MS} ms`]
  return signal === 'SIGKILL' ? [] : [`the process ended by itself: ${code ?? signal}, see workers.log`]
}

async function drained(engine: Engine): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const { runs, leases } = await readRest(engine.database.kysely())
    if (runs === 0 && leases === 0) return []
    if (performance.now() > deadline) return [`${runs} runs and ${leases} leases were not over after ${PATIENCE_MS} ms`]
    await wait(100)
  }
}
