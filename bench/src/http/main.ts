import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { percentiles } from '../figures.ts'
import { describeMachine } from '../machine.ts'
import { ASKED, type OpenServer, ROUTES, type Route } from './contestant.ts'
import { type HttpResults, type HttpSample, httpReport } from './report.ts'

const SERVER = new URL('./server.ts', import.meta.url)
const RESULTS = new URL('../../results/', import.meta.url)
const PAGE = new URL('../../HTTP.md', import.meta.url)
const NAMES = ['regie', 'fastify', 'nest'] as const
const CONNECTIONS = 100

/** How the HTTP rows are measured. */
export interface HttpBenchOptions {
  readonly quick: boolean
  readonly write: boolean
  readonly repeat: number
}

/** Measures all servers, one after the other and interleaved, each row on a new file. */
export async function benchHttp({ quick, write, repeat }: HttpBenchOptions): Promise<void> {
  const directory = await mkdtemp(join(process.env.REGIE_BENCH_DIR ?? tmpdir(), 'regie-http-'))
  const samples: HttpSample[] = []
  const seconds = quick ? 1 : 6
  try {
    for (let round = 1; round <= repeat; round += 1) {
      for (const route of ROUTES) {
        for (const server of NAMES) {
          const sample = await measure(server, route, join(directory, `${server}-${route}-${round}`), seconds)
          samples.push(sample)
          console.log(line(sample))
        }
      }
    }
    const results: HttpResults = {
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(directory),
      connections: CONNECTIONS,
      seconds,
      samples,
    }
    console.log(`\n${httpReport(results)}`)
    if (!write) return
    await mkdir(RESULTS, { recursive: true })
    await writeFile(new URL(`${results.date}-http.json`, RESULTS), `${JSON.stringify(results, null, 2)}\n`)
    await writeFile(PAGE, httpReport(results))
    console.log(`Written: bench/results/${results.date}-http.json and bench/HTTP.md`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function measure(server: string, route: Route, folder: string, seconds: number): Promise<HttpSample> {
  await mkdir(folder, { recursive: true })
  const child = fork(SERVER, [server, folder], {
    execArgv: ['-C', 'source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    const [up] = (await once(child, 'message')) as [OpenServer]
    // Code that has not run yet is slow in all of them.
    await load(up, route, Math.max(1, seconds / 3))
    const before = await cpuOf(child)
    const { times, failed, took } = await load(up, route, seconds)
    const cpuUs = ((await cpuOf(child)) - before) / times.length
    return { server, route, perSecond: times.length / took, cpuUs, failed, ...percentiles(times) }
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [us] = (await once(child, 'message')) as [number]
  return us
}

async function load({ base }: OpenServer, route: Route, seconds: number) {
  const { method, path, body } = ASKED[route]
  const times: number[] = []
  const url = `${base}${path}`
  const options: autocannon.Options = { url, method, connections: CONNECTIONS, duration: seconds }
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const started = performance.now()
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon({ ...options, ...(body !== undefined && json) }, (error, found) =>
      error ? reject(error) : resolve(found),
    )
    running.on('response', (_client: unknown, status: number, _bytes: number, time: number) => {
      if (status < 300) times.push(time)
    })
  })
  return { times, failed: result.non2xx + result.errors, took: (performance.now() - started) / 1_000 }
}

function line({ server, route, perSecond, p50, p95, p99, cpuUs, failed }: HttpSample): string {
  const figures = `${Math.round(perSecond)}/s, p50 ${p50.toFixed(2)}, p95 ${p95.toFixed(2)}, p99 ${p99.toFixed(2)} ms, ${Math.round(cpuUs)} µs CPU`
  return `${route} ${server}: ${figures}${failed > 0 ? `, ${failed} failed` : ''}`
}
