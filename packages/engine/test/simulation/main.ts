import { parseArgs } from 'node:util'
import { report } from './live-through.ts'
import { simulate } from './simulate.ts'
import { makeTemplate } from './template.ts'

/**
 * npm run simulate -- [--seeds 1000] [--from 1] | [--seed 4711 [--trace 5000]] [--counts]: exits 1 when a promise was broken. With `--seed`
 * the last 120 steps are shown, or as many as `--trace` says; `--counts` shows how often what happened.
 */

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'string', default: '120' },
    counts: { type: 'boolean', default: false },
  },
})
const from = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1) throw new Error('seeds are whole numbers')

using template = await makeTemplate()
const startedAt = performance.now()
const totals = new Map<string, number>()
const broken: number[] = []
let turns = 0
for (let seed = from; seed < from + count; seed++) {
  const outcome = await simulate(seed, template, Number(values.trace))
  turns += outcome.turns
  for (const [what, times] of outcome.counts) totals.set(what, (totals.get(what) ?? 0) + times)
  if (values.seed !== undefined) console.log(`history ${outcome.hash}, ${outcome.turns} turns`)
  if (outcome.failure === undefined) continue
  broken.push(seed)
  const { message } = outcome.failure
  console.log(values.seed === undefined ? `✗ seed ${seed}: ${message}` : report(outcome, outcome.failure))
}
const ms = (performance.now() - startedAt) / count
console.log(`${count} worlds, ${broken.length} broken, ${turns} turns, ${ms.toFixed(1)} ms each`)
if (broken.length > 0)
  console.log(
    `again: ${broken
      .slice(0, 5)
      .map((seed) => `npm run simulate -- --seed ${seed}`)
      .join('; ')}`,
  )
if (values.counts) for (const [what, times] of [...totals].toSorted()) console.log(`  ${what}: ${times}`)
process.exitCode = broken.length === 0 ? 0 : 1
