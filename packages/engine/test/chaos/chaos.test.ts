import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.ts'
import { crashServer, type Finding, killEnqueuers, killStorm, makePlace } from './experiments.ts'
import { withOwnPostgres } from './postgres.ts'

// The short form of `npm run chaos`. What a store promised and what it kept is in the findings, printed in full.
const RUNS = 1_200
const STORM_MS = 7_000
const KILLS = 20

const seed = Number(process.env.REGIE_CHAOS_SEED ?? 20_260_101)
const stores = [
  { name: 'sqlite', url: undefined },
  { name: 'postgres', url: process.env.REGIE_TEST_POSTGRES_URL ?? '' },
] as const

// Most of the time is spent waiting for dead workers to be noticed, so the trials wait together.
describe.concurrent('processes that are killed', { timeout: 300_000 }, () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'regie-chaos-'))
    await chmod(root, 0o755)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  const expectKept = ({ title, figures, problems }: Finding): void => {
    process.stdout.write(`\n${title}\n${figures.map((figure) => `    ${figure}\n`).join('')}`)
    expect(problems).toEqual([])
  }

  test.for(stores)('lose nothing and do nothing twice, four workers on $name', async ({ name, url }) => {
    const place = await makePlace(root, `${name}-storm`, url)
    expectKept(await killStorm(place, { runs: RUNS, durationMs: STORM_MS }, seededRandom(seed), { inTime: false }))
  })

  test.for(stores)('leave every run whose enqueue was acknowledged to them on $name', async ({ name, url }) => {
    expectKept(await killEnqueuers(await makePlace(root, `${name}-enqueuers`, url), KILLS))
  })

  test('outlive a crash of PostgreSQL under load, and so does everything it had acknowledged', async () => {
    const finding = await withOwnPostgres(join(root, 'server'), async (server) => {
      const place = await makePlace(root, 'crashes', server.url)
      return crashServer(place, server, { runs: 600, durationMs: 5_000, everyMs: 2_500 })
    })
    expectKept(finding)
  })
})
