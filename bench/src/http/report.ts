import type { Machine } from '../machine.ts'
import { ASKED, ROUTES, type Route } from './contestant.ts'

/** One measurement; times in milliseconds. */
export interface HttpSample {
  readonly server: string
  readonly route: Route
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** What one request costs of a core, in microseconds: says the same on a busy machine. */
  readonly cpuUs: number
  /** Answers that were no success. */
  readonly failed: number
}

/** All of them. */
export interface HttpResults {
  readonly date: string
  readonly machine: Machine
  readonly connections: number
  readonly seconds: number
  readonly samples: readonly HttpSample[]
}

const TITLES: Readonly<Record<string, string>> = { regie: 'Regie', fastify: 'Fastify, bare', nest: 'NestJS on Fastify' }
const TARGETS: Readonly<Record<Route, string>> = {
  read: 'p95 < 20 ms',
  list: 'p95 < 20 ms',
  write: 'p95 < 20 ms',
  accept: 'p99 < 50 ms',
}

/** The page of the HTTP rows. */
export function httpReport({ date, machine, connections, seconds, samples }: HttpResults): string {
  const { cpu, cores, memoryGb, system, node, syncMs } = machine
  const rows = ROUTES.flatMap((route) => {
    const ours = median(samples, 'regie', route)
    return Object.keys(TITLES).map((server) => {
      const { perSecond, p50, p95, p99, cpuUs } = median(samples, server, route)
      const cells = [p50, p95, p99].map((ms) => ms.toFixed(2))
      const ratio = (ours.perSecond / perSecond).toFixed(2)
      const name = `${ASKED[route].title} | ${TITLES[server]}`
      return `| ${name} | ${Math.round(perSecond).toLocaleString('en')} | ${cells.join(' | ')} | ${Math.round(cpuUs)} | ${server === 'regie' ? TARGETS[route] : `${ratio}×`} |`
    })
  })
  return [
    '# HTTP, measured',
    '',
    'Written by `npm run bench -- --only http --write`; do not edit.',
    '',
    `- ${date}, ${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}; appending 4 KiB and syncing takes ${syncMs.toFixed(2)} ms`,
    `- ${connections} connections that ask again as soon as they are answered, for ${seconds} s, from another process of the same machine; medians of the repeats`,
    '- The same work on SQLite, each change synced before it is answered. Ours also asks who comes, checks the permission, counts the request, checks input and output by Zod, keeps the indexes and the stream of its own tables, and measures itself; the peers do none of it. No server writes a log of requests.',
    '',
    '| work | server | requests/s | p50 ms | p95 ms | p99 ms | CPU µs | target, or ours against it |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    '',
  ].join('\n')
}

function median(samples: readonly HttpSample[], server: string, route: Route) {
  const own = samples.filter((sample) => sample.server === server && sample.route === route)
  const of = (figure: 'perSecond' | 'p50' | 'p95' | 'p99' | 'cpuUs') =>
    own.map((sample) => sample[figure]).toSorted((a, b) => a - b)[Math.floor(own.length / 2)] ?? Number.NaN
  return { perSecond: of('perSecond'), p50: of('p50'), p95: of('p95'), p99: of('p99'), cpuUs: of('cpuUs') }
}
