import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { DatabaseSource } from '@regie/engine'
import type { EnqueueShape } from './enqueuer.ts'
import { ready, startProcess } from './fleet.ts'
import { createChaosEngine } from './jobs.ts'
import { createChaosTables, readPlaces } from './store.ts'

/** How to kill processes right after they were told that their enqueue is kept. */
export interface AcknowledgeOptions {
  readonly source: DatabaseSource
  readonly directory: string
  readonly kills: number
}

/** What was found. */
export interface AcknowledgeReport {
  readonly kills: number
  readonly acknowledged: number
  /** Empty when every acknowledged run was there, ready to be claimed. */
  readonly problems: readonly string[]
}

const SHAPES: readonly EnqueueShape[] = ['one', 'many', 'transaction']
// Starting a process takes longer than everything else: the next ones start meanwhile.
const AHEAD = 2

/** Lets processes enqueue, kills each at its acknowledgement, and looks for the runs after a fresh start of the store. */
export async function killAtAcknowledgement(options: AcknowledgeOptions): Promise<AcknowledgeReport> {
  const { source, kills } = options
  await prepare(source)
  const problems: string[] = []
  let acknowledged = 0
  let next = 0
  const lane = async (): Promise<void> => {
    for (let number = next++; number < kills; number = next++) {
      const runs = await enqueueAndDie(options, number)
      acknowledged += runs.length
      problems.push(...(await missing(source, runs)))
    }
  }
  await Promise.all(Array.from({ length: AHEAD }, lane))
  return { kills, acknowledged, problems: problems.slice(0, 20) }
}

async function prepare(source: DatabaseSource): Promise<void> {
  await using engine = await createChaosEngine(source, { write: () => {} })
  await engine.migrate()
  await createChaosTables(engine.database.kysely())
}

async function enqueueAndDie({ source, directory }: AcknowledgeOptions, number: number): Promise<readonly number[]> {
  const shape = SHAPES[number % SHAPES.length]
  const child = startProcess({
    file: 'enqueuer.ts',
    settings: { source, shape, number },
    log: `${directory}/enqueuers.log`,
  })
  const exit = once(child, 'exit')
  await ready(child)
  if (child.stdout === null) return []
  const lines = createInterface({ input: child.stdout })
  const answer = once(lines, 'line').then(([line]) => {
    child.kill('SIGKILL')
    return JSON.parse(line)
  })
  child.send('go')
  const runs: readonly number[] = await Promise.race([answer, exit.then(() => answer)])
  await exit
  return runs
}

async function missing(source: DatabaseSource, runs: readonly number[]): Promise<readonly string[]> {
  await using engine = await createChaosEngine(source, { write: () => {} })
  const places = await readPlaces(engine.database)
  return runs.flatMap((run) => {
    const at = places.get(run)
    return at?.join() === 'ready'
      ? []
      : [`the acknowledged run ${run} is ${at === undefined ? 'gone' : `in ${at.join(', ')}`}`]
  })
}
