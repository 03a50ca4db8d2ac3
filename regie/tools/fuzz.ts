// npm run fuzz -- [--minutes N] [--seed S] [--cases N] [--only TEXT] [--store SQLite|PostgreSQL]
// Sends generated requests to the whole product until the time is over. Prints what goes wrong with the seed that shows it again.
import { parseArgs } from 'node:util'
import { fuzz, openFuzzed } from '../test/abuse/fuzz.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    cases: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
    store: { type: 'string', default: 'SQLite' },
  },
})
const store = values.store === 'PostgreSQL' ? 'PostgreSQL' : 'SQLite'
if (store === 'PostgreSQL' && process.env.REGIE_TEST_POSTGRES_URL === undefined) {
  console.error('Set REGIE_TEST_POSTGRES_URL to a server on which databases may be made and removed.')
  process.exit(2)
}
const until = performance.now() + Number(values.minutes) * 60_000
const cases = Number(values.cases)
let found = 0
let seed = values.seed === undefined ? Math.trunc(Date.now() / 1_000) : Number(values.seed)

do {
  await using product = await openFuzzed(store)
  const { findings, requests } = await fuzz(product, { seed, cases, only: values.only })
  console.log(`seed ${seed}: ${requests} requests, ${findings.length} findings`)
  for (const { address, why, request, answer } of findings) {
    console.log(`\n✗ ${address} ${why}\n  ${request}\n  → ${answer}`)
    console.log(
      `  again: npm run fuzz -- --seed ${seed} --cases ${cases} --minutes 0 --store ${store} --only '${address}'`,
    )
  }
  found += findings.length
  seed += 1
} while (performance.now() < until)
process.exitCode = found > 0 ? 1 : 0
