import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { buildConsole, openBrowser } from 'regie/testing'
import { describeMachine } from '../machine.ts'
import { openPlaces } from '../places.ts'
import { firstView } from './first-view.ts'
import { audits } from './lighthouse.ts'
import { live } from './live.ts'
import { logs } from './logs.ts'
import { palette } from './palette.ts'
import { type ConsoleResults, consoleReport, figureLine, type RowResult } from './report.ts'
import { type Ground, isMet, type Row } from './row.ts'
import { runs } from './runs.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { signIn } from './sign-in.ts'
import { workflow } from './workflow.ts'

const RUNS = 1_000_000
const RESULTS = new URL('../../results/', import.meta.url)
const PAGE = new URL('../../CONSOLE.md', import.meta.url)
const START_SECONDS = 90

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: String(RUNS) },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const count = Number(options.runs)
const ROWS: readonly Row[] = [
  firstView,
  runs('SQLite', count),
  workflow,
  live,
  palette,
  logs,
  audits,
  runs('PostgreSQL', count),
]
const NAMES = ROWS.map(({ name }) => name).join(', ')

if (options.help)
  console.log(`npm run bench:console -- [options]
  --only a,b   only these rows: ${NAMES}
  --runs n     so many runs in the store; default ${RUNS.toLocaleString('en')}
  --write      write bench/results and bench/CONSOLE.md`)
else await bench()

async function bench(): Promise<void> {
  const wanted = options.only?.split(',') ?? ROWS.map(({ name }) => name)
  const unknown = wanted.filter((name) => !ROWS.some((row) => row.name === name))
  if (unknown.length > 0) throw new Error(`No row is called ${unknown.join(', ')}; there are ${NAMES}`)
  const chosen = ROWS.filter(({ name }) => wanted.includes(name))
  await buildConsole()
  const port = await freePort()
  const browser = await openBrowser([`--remote-debugging-port=${port}`, '--js-flags=--expose-gc'])
  const rows: RowResult[] = []
  try {
    for (const store of ['SQLite', 'PostgreSQL'] as const) {
      const own = chosen.filter(({ name }) => name.endsWith('-postgres') === (store === 'PostgreSQL'))
      if (own.length > 0) rows.push(...(await measureOn(store, own, { browser, port })))
    }
    const results: ConsoleResults = {
      date: new Date().toISOString().slice(0, 10),
      command: ['npm run bench:console', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
        ' ',
      ),
      machine: describeMachine(tmpdir()),
      browser: browser.version(),
      runs: count,
      rows,
    }
    if (options.write) await store(results)
  } finally {
    await browser.close()
  }
  const figures = rows.flatMap((row) => row.figures)
  const missed = figures.filter((figure) => !isMet(figure)).length
  const failed = rows.filter(({ trouble }) => trouble !== undefined).length
  console.log(
    `\n${figures.length - missed} of ${figures.length} figures are within their target; ${failed} rows failed.`,
  )
  if (failed > 0) process.exitCode = 1
}

/** The rows of one store, on one server. */
async function measureOn(
  store: 'SQLite' | 'PostgreSQL',
  rows: readonly Row[],
  { browser, port }: Pick<Ground, 'browser' | 'port'>,
): Promise<readonly RowResult[]> {
  await using places = await openPlaces(new Set(store === 'PostgreSQL' ? ['postgres'] : []))
  const reason = store === 'PostgreSQL' ? places.missing('postgres') : undefined
  if (reason !== undefined) return rows.map(({ name }) => failure(name, reason, 0))
  await using place = store === 'PostgreSQL' ? await places.open('postgres') : undefined
  let server: ServerProcess
  try {
    server = await within(START_SECONDS, `a server over ${count} runs`, startServer(count, place?.place.address))
  } catch (error) {
    return rows.map(({ name }) => failure(name, messageOf(error), 0))
  }
  await using running = server
  console.log(`${store}: ${count.toLocaleString('en')} runs seeded in ${running.seedSeconds.toFixed(1)} s`)
  const session = await signIn(browser, running)
  const results: RowResult[] = []
  for (const row of rows) {
    const from = performance.now()
    const seconds = (): number => Math.round((performance.now() - from) / 100) / 10
    console.log(`\n${row.name}`)
    try {
      const figures = await within(row.seconds, row.name, row.measure({ browser, port, server: running, session }))
      for (const figure of figures) console.log(`  ${figureLine(figure)}`)
      results.push({ name: row.name, figures, seconds: seconds() })
    } catch (error) {
      console.log(`  failed: ${messageOf(error)}`)
      results.push(failure(row.name, messageOf(error), seconds()))
    }
  }
  return results
}

function failure(name: string, trouble: string, seconds: number): RowResult {
  return { name, figures: [], trouble, seconds }
}

function messageOf(error: unknown): string {
  // A page that could not be closed after something went wrong: what went wrong is what helps.
  if (error instanceof SuppressedError) return messageOf(error.suppressed)
  return error instanceof Error ? error.message : String(error)
}

/** A row that hangs must not keep the others. */
async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s`)), seconds * 1_000)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port was found')
  return address.port
}

async function store(results: ConsoleResults): Promise<void> {
  await mkdir(RESULTS, { recursive: true })
  await writeFile(new URL(`console-${results.date}.json`, RESULTS), `${JSON.stringify(results, null, 2)}\n`)
  await writeFile(PAGE, consoleReport(results))
  console.log(`\nWritten: bench/results/console-${results.date}.json and bench/CONSOLE.md`)
}
