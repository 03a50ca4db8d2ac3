import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import type { DatabaseSource, Logger } from '@regie/engine'
import { createFate } from './death.ts'
import { followOwnAppends } from './follower.ts'
import { createLaneEngine, type Lane } from './lane.ts'
import { openLedger } from './ledger.ts'

/** Works in one lane until it kills itself there; or, told no `run`, in all lanes until it is told to stop. */

interface Settings {
  readonly source: DatabaseSource
  readonly directory: string
  readonly lanes: readonly Lane[]
  /** The run of the only lane, 0 when there is none. */
  readonly run?: number
}

const { source, directory, lanes, run }: Settings = JSON.parse(process.argv[2] ?? '')

const write = (fields: object, message: string): void => {
  writeSync(2, `${new Date().toISOString()} ${process.pid} ${message} ${JSON.stringify(fields)}\n`)
}
const log: Logger = { debug: () => {}, info: () => {}, warn: write, error: write }

process.on('disconnect', () => process.exit(0))
const [only] = lanes
const dying = run === undefined ? undefined : only
const ledger = openLedger(directory)
const fate = createFate(dying?.name ?? '', dying?.death, ledger)
const witness = { ledger, fate, survivor: dying === undefined }
const watched = dying?.plot === 'chord'
const lane = await createLaneEngine(source, lanes, witness, { log, watched })
const { engine } = lane
process.once('SIGTERM', () => void engine.stop().then(() => process.exit(0)))
flushCompileCache()
await engine.start({ roles: ['worker'] })
process.send?.('ready')
if (dying?.plot === 'follower') await followOwnAppends(engine, dying.name, lane.follower(dying), witness)
else if (dying !== undefined && run !== undefined) {
  await engine.runs.wait(run)
  ledger.write({ kind: 'kept', lane: dying.name, what: 'everything' })
  fate.reached('ended')
}
