import { mkdir, readFile, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Contestant } from './contestant.ts'
import { contestantNames, loadContestant } from './contestants.ts'
import { benchHttp } from './http/main.ts'
import { describeMachine, packageVersions } from './machine.ts'
import { measure, type Sample } from './measure.ts'
import { openPlaces, type Places } from './places.ts'
import { benchRealtime } from './realtime/main.ts'
import { report, summary } from './report.ts'
import type { Results } from './results.ts'
import { fullSizes, onceOnly, quickSizes, type Row, rowNames, type Sizes } from './rows.ts'

const USAGE = `Usage: node -C source bench/src/main.ts [options]
  --quick            small counts, once: whether it runs, not how fast
  --only a,b         only these contestants: ${contestantNames.join(', ')}
  --only http        the HTTP rows instead, beside Fastify and NestJS; --write writes bench/HTTP.md
  --only realtime    10,000 live connections instead; --write writes bench/REALTIME.md
  --rows a,b         only these rows: ${rowNames.join(', ')}
  --repeat n         measurements per row and contestant, of which the median counts
  --write            write results and README also of a partial or quick run
  --render file      write README again from stored results`

const README = new URL('../README.md', import.meta.url)
const RESULTS = new URL('../results/', import.meta.url)

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rows: { type: 'string' },
    repeat: { type: 'string' },
    write: { type: 'boolean', default: false },
    render: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) console.log(USAGE)
else if (options.only === 'http')
  await benchHttp({ quick: options.quick, write: options.write, repeat: Number(options.repeat ?? 1) })
else if (options.only === 'realtime') await benchRealtime({ quick: options.quick, write: options.write })
else if (options.render) await writeFile(README, report(JSON.parse(await readFile(options.render, 'utf8'))))
else await bench()

async function bench(): Promise<void> {
  const chosen = options.only?.split(',') ?? contestantNames
  const rows = chooseRows(options.rows)
  const base = options.quick ? quickSizes : fullSizes
  const sizes = { ...base, repeats: Number(options.repeat ?? base.repeats) }
  const absent: Record<string, string> = {}
  const loaded = await Promise.all(chosen.map((name) => loadOr(absent, name)))
  const all = loaded.filter((contestant) => contestant !== undefined)
  await using places = await openPlaces(new Set(all.map((contestant) => contestant.store)))
  const contestants = all.filter((contestant) => {
    const reason = places.missing(contestant.store)
    if (reason) absent[contestant.title] = reason
    return !reason
  })
  for (const [name, reason] of Object.entries(absent)) console.log(`- ${name} does not take part: ${reason}`)
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    command: ['node -C source bench/src/main.ts', ...process.argv.slice(2)].join(' '),
    machine: describeMachine(places.directory),
    versions: { ...(await packageVersions(contestants)), ...places.versions },
    sizes,
    contestants: contestants.map(({ open: _, ...facts }) => facts),
    absent,
    samples: await measureAll(places, contestants, rows, sizes),
  }
  console.log(`\n${summary(results)}`)
  const whole = !options.quick && !options.only && !options.rows
  if (whole || options.write) await store(results)
}

function chooseRows(names: string | undefined): readonly Row[] {
  if (!names) return rowNames
  const wanted = names.split(',')
  const unknown = wanted.filter((name) => !rowNames.some((row) => row === name))
  if (unknown.length > 0) throw new Error(`No row is called ${unknown.join(', ')}; there are ${rowNames.join(', ')}`)
  return rowNames.filter((row) => wanted.includes(row))
}

/** A contestant whose package is not installed stays away instead of ending the run; an unknown name ends it. */
async function loadOr(absent: Record<string, string>, name: string): Promise<Contestant | undefined> {
  if (!contestantNames.includes(name)) return loadContestant(name)
  try {
    return await loadContestant(name)
  } catch (error) {
    absent[name] = error instanceof Error ? error.message : String(error)
    return undefined
  }
}

/** Repeats are interleaved, so that a slow minute of the machine is shared by all. */
async function measureAll(
  places: Places,
  contestants: readonly Contestant[],
  rows: readonly Row[],
  sizes: Sizes,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (const row of rows) {
    const repeats = onceOnly.has(row) ? 1 : sizes.repeats
    const entrants = contestants.filter((contestant) => takesPart(contestant, row))
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      for (const contestant of entrants) {
        const sample = await measure(places, contestant, row, repeat, sizes)
        samples.push(sample)
        console.log(progress(sample))
      }
    }
  }
  return samples
}

function takesPart({ claimsAlone, probes = {} }: Contestant, row: Row): boolean {
  if (row === 'claim') return claimsAlone
  if (row === 'workflow') return probes.workflow !== undefined
  if (row === 'events') return probes.append !== undefined
  return row !== 'waiting' || probes.sleep !== undefined
}

function progress({ row, repeat, contestant, values, remark }: Sample): string {
  const figures = Object.entries(values).map(
    ([name, value]) => `${name} ${value < 100 ? value.toFixed(2) : Math.round(value)}`,
  )
  return `${row} #${repeat} ${contestant}: ${[...figures, ...(remark ? [`(${remark})`] : [])].join(', ')}`
}

async function store(results: Results): Promise<void> {
  await mkdir(RESULTS, { recursive: true })
  await writeFile(new URL(`${results.date}.json`, RESULTS), `${JSON.stringify(results, null, 2)}\n`)
  await writeFile(README, report(results))
  console.log(`Written: bench/results/${results.date}.json and bench/README.md`)
}
