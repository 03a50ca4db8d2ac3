import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
const root = '/work/main/packages/engine/src/testing/conformance/'
const [, , file, name, match, n = '30', kind = 'full'] = process.argv
const { openLab } = await import(root + 'lab.ts')
const section = (await import(root + file + '.ts'))[name!]
import { readFileSync } from 'node:fs'
import pg from '/work/main/node_modules/pg/lib/index.js'
let count = 0
const url = readFileSync('/tmp/conf/url','utf8')
async function pgq(sql: string) { const c = new pg.Client({connectionString: url}); await c.connect(); await c.query(sql); await c.end() }
const store = { name: 'x', async openSource() {
  if (kind === 'pg') { const schema = `st_${process.pid}_${++count}`; await pgq(`create schema ${schema}`); return { source: { kind: 'postgres', url, schema, poolSize: 5 }, close: () => pgq(`drop schema ${schema} cascade`) } }
  const f = mkdtempSync(join(tmpdir(), 'st-')); return { source: { kind: 'sqlite', path: join(f, 'x.sqlite'), durability: kind }, close: async () => rmSync(f, { recursive: true }) } } }
for (const [s, body] of Object.entries(section.tests)) {
  if (!s.includes(match!)) continue
  let bad = 0; const t0 = performance.now()
  for (let i = 0; i < +n; i++) {
    try { await using lab = await openLab(store); await (body as any)(lab) } catch (e: any) { bad++; if (bad <= 3) console.log(i, String(e?.message ?? e).slice(0, 300), e?.error ? String(e.error).slice(0,200) : '') }
  }
  console.log(bad, 'bad of', n, s, Math.round((performance.now()-t0)/+n), 'ms each')
}
process.exit(0)
