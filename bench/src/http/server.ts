// A measured server in a process of its own: node -C source bench/src/http/server.ts <name> <folder>
import process from 'node:process'
import type { OpenHttp } from './contestant.ts'

const OPEN: Readonly<Record<string, () => Promise<{ readonly open: OpenHttp }>>> = {
  regie: () => import('./regie.ts'),
  fastify: () => import('./fastify.ts'),
  nest: () => import('./nest.ts'),
}

const [name = '', folder = ''] = process.argv.slice(2)
const load = OPEN[name]
if (load === undefined) throw new Error(`No server is called ${name}; there are ${Object.keys(OPEN).join(', ')}`)
const { open } = await load()
process.send?.(await open(folder))
// What it has used so far, in microseconds of a core.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.once('SIGTERM', () => process.exit(0))
