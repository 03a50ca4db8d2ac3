import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Engine, openDatabase, type Random } from '@regie/engine'
import { seededRandom } from '../seeded-random.ts'
import { Disk } from './disk.ts'
import { createLoadEngine, load } from './load.ts'
import { noPromises, type Promises } from './promises.ts'
import { createLoadTables, examine, type Findings, readUnended } from './store.ts'

/** How to cut the power. */
export interface PowerCutOptions {
  /** An empty folder. */
  readonly directory: string
  readonly cuts: number
  readonly seed: number
  /** `lying`: the disk answers syncs without doing them. Default `full`. */
  readonly durability?: 'full' | 'fast' | 'lying'
}

/** What all cuts together showed. */
export interface PowerCutReport {
  readonly cuts: number
  /** Images that broke a promise, and the first promises broken. */
  readonly losing: number
  readonly lost: readonly string[]
  /** Corruption, parts of transactions, runs in two places: the first of them. */
  readonly damaged: readonly string[]
  /** Promises held against an image, over all images. */
  readonly examined: number
  readonly checkpoints: number
  readonly restarts: number
  /** Acknowledged runs that the engine could not end after the last cut. */
  readonly unended: number
}

// After this many cuts the work goes on from the last image, as after a real one …
const CUTS_PER_LIFE = 12
// … and after this many lives with a new file.
const LIVES = 4
const CUT_CHANCE = 0.04
const AGE_MS = 60_000

/** Runs a load on SQLite, cuts the power again and again, and examines what each cut left. */
export async function cutPower(options: PowerCutOptions): Promise<PowerCutReport> {
  const random = seededRandom(options.seed)
  const tally = new Tally(options.cuts)
  for (let file = 0; !tally.isFull; file++) {
    const directory = join(options.directory, String(file))
    mkdirSync(directory)
    let promises = noPromises()
    let path = join(directory, 'life-0.db')
    for (let age = 0; age < LIVES && !tally.isFull; age++) {
      const next = join(directory, `life-${age + 1}.db`)
      promises = await live({ path, next, promises, age, random, tally, durability: options.durability ?? 'full' })
      path = next
    }
    tally.unended += await endEverything(path, promises)
    rmSync(directory, { recursive: true })
  }
  return tally.report()
}

interface Life {
  readonly path: string
  /** Where the next life begins: the image of this one's last cut. */
  readonly next: string
  readonly promises: Promises
  readonly age: number
  readonly random: Random
  readonly tally: Tally
  readonly durability: 'full' | 'fast' | 'lying'
}

async function live({ path, next, promises, age, random, tally, durability }: Life): Promise<Promises> {
  let left = Math.min(CUTS_PER_LIFE, tally.left)
  let kept = promises
  const cut = (): void => {
    if (left === 0 || random() > CUT_CHANCE) return
    left--
    const image = disk.cut()
    writeFileSync(next, image.database)
    writeFileSync(`${next}-wal`, image.log)
    // Examining recovers the log; the next life must find it as the cut left it.
    for (const end of ['', '-wal']) copyFileSync(`${next}${end}`, `${next}-examined${end}`)
    tally.add(examine(`${next}-examined`, promises), promises)
    kept = structuredClone(promises)
  }
  const disk = new Disk({ path, random, moment: cut, lying: durability === 'lying' })
  const source = { kind: 'sqlite', path, durability: durability === 'fast' ? 'fast' : 'full' } as const
  const database = await openDatabase(source, disk.ports)
  disk.begin(age === 0)
  const engine = await createLoadEngine(database, promises, age * AGE_MS)
  await engine.migrate()
  if (age === 0) createLoadTables(path)
  await engine.start()
  await load(engine, promises, random, () => left === 0)
  disk.end()
  await engine.stop()
  await database[Symbol.asyncDispose]()
  disk.close()
  tally.checkpoints += disk.checkpoints
  tally.restarts += disk.restarts
  return kept
}

/** After the last cut the engine must be able to end all that was promised. Answers what it could not. */
async function endEverything(path: string, promises: Promises): Promise<number> {
  const database = await openDatabase({ kind: 'sqlite', path })
  const engine: Engine = await createLoadEngine(database, noPromises(), LIVES * AGE_MS)
  try {
    await engine.start()
    const deadline = performance.now() + 10_000
    for (;;) {
      const unended = await readUnended(database.kysely())
      const missing = unended.filter((id) => promises.enqueued.has(id)).length
      if (unended.length === 0 || performance.now() > deadline) return missing
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    await engine.stop()
    await database[Symbol.asyncDispose]()
  }
}

class Tally {
  readonly #wanted: number
  #cuts = 0
  #losing = 0
  #lost: readonly string[] = []
  #damaged: readonly string[] = []
  #examined = 0
  checkpoints = 0
  restarts = 0
  unended = 0

  constructor(wanted: number) {
    this.#wanted = wanted
  }

  get left(): number {
    return this.#wanted - this.#cuts
  }

  get isFull(): boolean {
    return this.left <= 0
  }

  add({ lost, damaged }: Findings, promises: Promises): void {
    this.#cuts++
    if (lost.length > 0) this.#losing++
    this.#lost = [...this.#lost, ...lost].slice(0, 5)
    this.#damaged = [...this.#damaged, ...damaged].slice(0, 5)
    for (const kind of Object.values(promises)) this.#examined += kind.size
  }

  report(): PowerCutReport {
    const { checkpoints, restarts, unended } = this
    const counts = { cuts: this.#cuts, losing: this.#losing, checkpoints, restarts, unended }
    return { ...counts, lost: this.#lost, damaged: this.#damaged, examined: this.#examined }
  }
}
