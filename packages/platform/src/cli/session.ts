import { existsSync } from 'node:fs'
import { type Clock, EngineError, type MigrationStatus, migrationStatus, systemClock } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { createPlatform } from '../app/create-platform.ts'
import { migrationNames, refuseMisplaced } from '../app/migration-order.ts'
import type { Platform } from '../app/platform.ts'
import { hasPlan } from '../backup/plan.ts'
import type { Config } from '../config/config.ts'
import { loadConfigFile } from '../config/file.ts'
import { parseConfig } from '../config/parse.ts'
import { programName } from '../config/program.ts'
import { createLog } from '../observe/log.ts'
import { paint, type Screen, screenOf } from './style.ts'
import type { CliWorld } from './world.ts'

/** What a product's command line is made of. */
export interface Product {
  readonly apps: readonly AnyApp[]
  readonly version: string
  /** The folder of the built console. */
  readonly console?: string
}

/** How far the database has to be there. */
export interface OpenOptions {
  /** Make a SQLite file that is missing. Default false: that is refused. */
  readonly create?: boolean
  /** Accept tables that are not up to date. Default false. */
  readonly behind?: boolean
}

/** One call of the command: what it may use, opened when it is first asked for. */
export interface Session extends AsyncDisposable {
  readonly product: Product
  readonly world: CliWorld
  readonly clock: Clock
  /** True when programs read the answer. */
  readonly json: boolean
  /** How a person types this program's name here. */
  readonly program: string
  /** Reads the configuration, once. Throws `CONFIG_INVALID`. */
  config(): Promise<Config>
  /** Opens the database with everything the product has; nothing runs. Throws `STORE_FAILED` with the way out. */
  open(options?: OpenOptions): Promise<Platform>
  /** Tells a person at the terminal what is being done; programs do not see it. */
  note(text: string): void
  /** Asks a person; undefined when there is nobody to ask. */
  confirm(question: string): Promise<boolean | undefined>
}

/** Begins a call. */
export function createSession(product: Product, world: CliWorld, json: boolean): Session {
  const program = programName(world.env)
  const screen = screenOf(world.stderr, world.env)
  let config: Promise<Config> | undefined
  let platform: Promise<Platform> | undefined
  const readConfig = async (): Promise<Config> =>
    parseConfig(world.env, await loadConfigFile(world.folder), product.apps)
  const getConfig = () => (config ??= readConfig())
  return {
    product,
    world,
    clock: world.clock,
    json,
    program,
    config: getConfig,
    open: async (options = {}) => (platform ??= open(product, await getConfig(), options, program, world.clock)),
    note: (text) => note(world, screen, json, text),
    confirm: async (question) => {
      if (world.ask === undefined) return undefined
      return /^y(es)?$/i.test((await world.ask(`${question} [y/N] `)).trim())
    },
    async [Symbol.asyncDispose]() {
      const opened = await platform?.catch(() => undefined)
      await opened?.stop()
    },
  }
}

function note(world: CliWorld, screen: Screen, json: boolean, text: string): void {
  if (!json && world.stderr.isTTY === true) world.stderr.write(`${paint(screen, 'quiet', text)}\n`)
}

async function open(
  product: Product,
  config: Config,
  options: OpenOptions,
  program: string,
  clock: Clock,
): Promise<Platform> {
  if (options.create !== true) await requireFile(config, program)
  // A line in the server's log for each look at the queues would hide what happens there.
  const logLevel = config.logLevel === 'error' ? 'error' : 'warn'
  const log = createLog({ config: { ...config, logLevel }, clock, screen: null })
  const platform = await createPlatform({
    config,
    ...product,
    log,
    // The engine goes by the database's clock on PostgreSQL, unless it is given one.
    ...(clock !== systemClock && { clock }),
  })
  if (options.behind === true) return platform
  try {
    await requireTables(platform, program)
    await platform.sharedKeys.require()
    return platform
  } catch (error) {
    await platform.stop()
    throw error
  }
}

/** A restore that was cut off may be about to bring it. */
async function requireFile({ database, dataDir }: Config, program: string): Promise<void> {
  if (database.kind !== 'sqlite' || existsSync(database.path) || (await hasPlan(dataDir))) return
  throw new EngineError(
    'STORE_FAILED',
    `there is no database ${database.path}: "${program} start" makes it, and REGIE_DATA_DIR names another folder`,
  )
}

async function requireTables(platform: Platform, program: string): Promise<void> {
  const all = await migrationsOf(platform)
  const changed = all.filter(({ state }) => state === 'changed')
  if (changed.length > 0) {
    throw new EngineError(
      'MIGRATION_CHANGED',
      `this database was made by another version of ${migrationNames(changed)}: use that version, or another data directory`,
    )
  }
  refuseMisplaced(all)
  const pending = all.filter(({ state }) => state === 'pending')
  if (pending.length === 0) return
  throw new EngineError(
    'STORE_FAILED',
    `the tables are not up to date, ${migrationNames(pending)} is missing: run "${program} migrate up"`,
  )
}

/** Every migration of the engine, the platform and the apps. */
export async function migrationsOf({ engine, database, migrationSets }: Platform): Promise<readonly MigrationStatus[]> {
  return [...(await engine.migrations()), ...(await migrationStatus(database, migrationSets))]
}
