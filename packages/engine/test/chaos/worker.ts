import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import type { DatabaseSource, Logger } from '@regie/engine'
import { createChaosEngine } from './jobs.ts'
import { openLedger } from './ledger.ts'

/** A worker process of a trial: runs until it is killed, told to stop, or left alone. */

interface Settings {
  readonly source: DatabaseSource
  readonly directory: string
}

const { source, directory }: Settings = JSON.parse(process.argv[2] ?? '')

const write = (fields: object, message: string): void => {
  writeSync(2, `${new Date().toISOString()} ${process.pid} ${message} ${JSON.stringify(fields)}\n`)
}
const log: Logger = { debug: () => {}, info: () => {}, warn: write, error: write }

process.on('disconnect', () => process.exit(0))
const engine = await createChaosEngine(source, openLedger(directory), log)
process.once('SIGTERM', () => void engine.stop().then(() => process.exit(0)))
await engine.start({ roles: ['worker'] })
process.send?.('ready')
flushCompileCache()
