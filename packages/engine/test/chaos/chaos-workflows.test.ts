import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.ts'
import { makePlace } from './experiments.ts'
import { FEW, killInLanes, someLanes } from './lane-experiments.ts'

// The short form of `npm run chaos -- --only workflows`, which kills at every boundary; here at some, drawn by the seed.
const seed = Number(process.env.REGIE_CHAOS_SEED ?? 20_260_101)
const stores = [
  { name: 'sqlite', url: undefined },
  { name: 'postgres', url: process.env.REGIE_TEST_POSTGRES_URL ?? '' },
] as const

// Half of the time is spent waiting for dead workers to be noticed, so the stores wait together.
const options = { timeout: 300_000 }
describe.concurrent('processes that are killed at a boundary of a workflow, a chord or a projection', options, () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'regie-chaos-workflows-'))
    await chmod(root, 0o755)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  test.for(stores)('leave everything to be gone on with by another, nothing skipped, on $name', async (store) => {
    const place = await makePlace(root, `${store.name}-lanes`, store.url)
    const lanes = someLanes(seededRandom(seed + stores.indexOf(store)), FEW)
    const { title, figures, problems } = await killInLanes(place, lanes, { inTime: false })
    process.stdout.write(`\n${title}\n${figures.map((figure) => `    ${figure}\n`).join('')}`)
    expect(problems).toEqual([])
  })
})
