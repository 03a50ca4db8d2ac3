import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@regie/engine'
import { type AnyApp, type CliOptions, createPlatform, type Platform, parseConfig, runCli } from '@regie/platform'
import { ownDatabase } from '@regie/platform/testing'
import { quotes } from '@regie/quotes'
import { heardLog } from './heard-log.ts'

// These tests are about the command and this app, whatever others the product has.
const apps: readonly AnyApp[] = [quotes]

type World = NonNullable<CliOptions['world']>

/** Every command is shown on both stores. */
export const STORES = ['SQLite', 'PostgreSQL'] as const

/** What a command left. */
export interface Outcome {
  readonly exit: number
  readonly out: string
  readonly err: string
  /** Standard output as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
  readonly json: any
}

/** How one command is typed. */
export interface Typing {
  /** What the person at the terminal replies; without it there is no terminal. */
  readonly reply?: string
  readonly env?: Readonly<Record<string, string>>
  readonly apps?: readonly AnyApp[]
  /** Ctrl+C is pressed once this was written. */
  readonly interruptAt?: string
  /** Added to this machine's clock, in milliseconds. */
  readonly later?: number
}

/** A data directory and a database of its own, and the command over them. */
export interface Cli extends AsyncDisposable {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  run(line: string | readonly string[], typing?: Typing): Promise<Outcome>
  /** The same with `--json`. */
  json(line: string | readonly string[], typing?: Typing): Promise<Outcome>
  /** The product on this database; `api` only unless roles are given. */
  open(roles?: string, env?: Readonly<Record<string, string>>): Promise<Platform>
}

/** What an opened place may be given. */
export interface Opening {
  /** The moment at which the place is opened, for what depends on the hour or the day; this machine's when left out. */
  readonly at?: string
}

/** Opens an empty place; `migrate up` has not run. */
export async function openCli(
  store: (typeof STORES)[number],
  composed: readonly AnyApp[] = apps,
  { at }: Opening = {},
): Promise<Cli> {
  const ahead = at === undefined ? 0 : Date.parse(at) - systemClock.now()
  const clockAt = (later: number) => clockAhead(ahead + later)
  const folder = await mkdtemp(join(tmpdir(), 'regie-cli-'))
  const dataDir = join(folder, 'data')
  const database = store === 'SQLite' ? undefined : await ownDatabase({ blank: true })
  const env = {
    REGIE_DATA_DIR: dataDir,
    REGIE_PORT: '0',
    REGIE_LOG_LEVEL: 'error',
    ...(database === undefined ? {} : { DATABASE_URL: database.url }),
  }
  const run: Cli['run'] = async (line, { reply, env: more = {}, apps: others = apps, later = 0, interruptAt } = {}) => {
    const args = typeof line === 'string' ? line.split(' ') : line
    const written = { out: '', err: '' }
    const exit = await runCli({
      apps: others,
      version: '9.9.9',
      world: {
        ...world(args, { ...env, ...more }, folder, written, reply, clockAt(later)),
        onSignal(listener) {
          const look = setInterval(() => {
            if (interruptAt !== undefined && written.out.includes(interruptAt)) listener('SIGINT')
          }, 10)
          return () => clearInterval(look)
        },
      },
    })
    return {
      exit,
      ...written,
      json: args.includes('--json') && written.out !== '' ? JSON.parse(written.out) : undefined,
    }
  }
  return {
    dataDir,
    env,
    run,
    json: (line, typing) => run([...(typeof line === 'string' ? line.split(' ') : line), '--json'], typing),
    async open(roles = 'api', more = {}) {
      const config = parseConfig({ ...env, ...more, REGIE_ROLES: roles }, {}, composed)
      const platform = await createPlatform({
        config,
        apps: composed,
        log: heardLog(),
        ...(at !== undefined && { clock: clockAt(0) }),
      })
      if (roles !== 'api') await platform.start()
      return platform
    },
    async [Symbol.asyncDispose]() {
      await database?.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function clockAhead(byMs: number): Clock {
  return byMs === 0 ? systemClock : { now: () => systemClock.now() + byMs, setTimer: systemClock.setTimer }
}

function world(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
  written: { out: string; err: string },
  reply: string | undefined,
  clock: Clock,
): World {
  return {
    args,
    env,
    folder,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    ...(reply !== undefined && { ask: async () => reply }),
    clock,
    onSignal: () => () => {},
    exit: () => {},
  }
}
