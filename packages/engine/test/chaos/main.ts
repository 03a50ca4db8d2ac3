import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '../seeded-random.ts'
import {
  crashServer,
  cutSqlite,
  type Finding,
  freezeOne,
  killEnqueuers,
  killStorm,
  makePlace,
  type Place,
} from './experiments.ts'
import { PLOTS } from './lane.ts'
import { allLanes, FEW, killInLanes, someLanes } from './lane-experiments.ts'
import { withOwnPostgres } from './postgres.ts'

/**
 * npm run chaos -- [--short] [--store sqlite|postgres] [--only jobs|workflows] [--runs 10000] [--seed 1] [--keep]: exits 1
 * when a promise was broken.
 */

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    store: { type: 'string' },
    only: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

const seed = Number(values.seed ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const runs = Number(values.runs ?? (values.short ? 1_200 : 10_000))
// Fast enough that workers are always busy, slow enough that a full run sees over a hundred kills.
const durationMs = values.short ? 7_000 : Math.max(7_000, runs * 6)
const kills = values.short ? 20 : 200
const frozenMs = 15_000
const strictness = { inTime: !values.short }

const root = mkdtempSync(join(tmpdir(), 'regie-chaos-'))
// As root the server of PostgreSQL runs as another user, who must be able to reach its folder.
chmodSync(root, 0o755)
let broken = 0

async function report(experiment: Promise<Finding>): Promise<void> {
  const { title, figures, problems } = await experiment
  console.log(`\n${problems.length === 0 ? '✓' : '✗'} ${title}`)
  for (const figure of figures) console.log(`    ${figure}`)
  for (const problem of problems) console.log(`  ✗ ${problem}`)
  if (problems.length > 0) broken++
}

/** Workflows, chords and projections: a process killed at every boundary, or at some. */
async function inLanes(place: (name: string) => Promise<Place>): Promise<void> {
  if (values.short) return report(killInLanes(await place('lanes'), someLanes(random, FEW), strictness))
  for (const plot of PLOTS) await report(killInLanes(await place(plot), allLanes(plot, random), strictness))
}

async function onSqlite(): Promise<void> {
  if (values.only !== 'jobs') await inLanes((name) => makePlace(root, `sqlite-${name}`))
  if (values.only === 'workflows') return
  await report(killStorm(await makePlace(root, 'sqlite-storm'), { runs, durationMs }, random, strictness))
  await report(killEnqueuers(await makePlace(root, 'sqlite-enqueuers'), kills))
  if (!values.short) await report(freezeOne(await makePlace(root, 'sqlite-freeze'), frozenMs))
  const { directory } = await makePlace(root, 'sqlite-cuts')
  await report(cutSqlite(directory, values.short ? 100 : 1_000, seed))
}

async function onPostgres(): Promise<void> {
  await withOwnPostgres(join(root, 'server'), async (server) => {
    const place = (name: string) => makePlace(root, `postgres-${name}`, server.url)
    if (values.only !== 'jobs') await inLanes(place)
    if (values.only === 'workflows') return
    await report(killStorm(await place('storm'), { runs, durationMs }, random, strictness))
    await report(killEnqueuers(await place('enqueuers'), kills))
    if (!values.short) await report(freezeOne(await place('freeze'), frozenMs))
    const load = values.short
      ? { runs: 600, durationMs: 5_000, everyMs: 2_500 }
      : { runs: 6_000, durationMs: 40_000, everyMs: 4_000 }
    await report(crashServer(await place('crashes'), server, load))
  })
}

console.log(`seed ${seed}, Node ${process.version}, ${root}`)
if (values.store !== 'postgres') await onSqlite()
if (values.store !== 'sqlite') await onPostgres()
console.log(
  broken === 0
    ? '\nevery promise was kept'
    : `\n${broken} experiments found broken promises; their folders are in ${root}`,
)
if (broken === 0 && !values.keep) rmSync(root, { recursive: true })
process.exitCode = broken === 0 ? 0 : 1
