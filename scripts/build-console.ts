// npm run build:console [-- --if-stale]: the web interface, built by Vite into regie/dist/console. Prints what a browser
// loads for the first view of each page, and fails over the budget. With --if-stale it does nothing when the output is
// newer than every source.
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { build } from 'vite'
import { firstViews, type Manifest } from './console-sizes.ts'

const root = join(import.meta.dirname, '..')
const out = join(root, 'regie/dist/console')
const SOURCES = [
  'packages/console/{package.json,src/**/*}',
  'apps/*/console/**/*',
  'packages/platform/src/{client,filter}/**/*',
  'regie/console/**/*',
  'package-lock.json',
]
const BUDGET_BYTES = 500_000
const COMPRESSIBLE = /\.(?:js|css|html|svg|webmanifest|json)$/

function newest(patterns: readonly string[]): number {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root }))
  return Math.max(0, ...files.map((file) => statSync(join(root, file)).mtimeMs))
}

function isStale(): boolean {
  const built = statSync(join(out, 'built'), { throwIfNoEntry: false })
  return built === undefined || built.mtimeMs < newest(SOURCES)
}

/** Writes every text a second time, compressed, so that the server need not. Answers sizes by file. */
async function compress(): Promise<ReadonlyMap<string, number>> {
  const files = globSync('**/*', { cwd: out, withFileTypes: true }).filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      const content = readFileSync(path)
      if (!COMPRESSIBLE.test(entry.name)) return [relative(out, path), content.length] as const
      const small = await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION })
      writeFileSync(`${path}.gz`, small)
      return [relative(out, path), small.length] as const
    }),
  )
  return new Map(sizes)
}

async function main(): Promise<void> {
  if (process.argv.includes('--if-stale') && !isStale()) return
  const start = performance.now()
  console.error('Building the console: once, a few seconds.')
  rmSync(join(out, 'built'), { force: true })
  // Of tests too, which build it when they need it: what they look at is what people get.
  process.env.NODE_ENV = 'production'
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
  const sizes = await compress()
  const manifest: Manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'))
  const views = firstViews(manifest, sizes)
  const over = views.filter(({ bytes }) => bytes > BUDGET_BYTES)
  if (!process.argv.includes('--if-stale')) {
    console.log('First view, everything a browser loads, gzip:')
    for (const { page, bytes } of views) console.log(`  ${(bytes / 1_000).toFixed(1).padStart(7)} kB  ${page}`)
  }
  for (const { page, bytes } of over)
    console.error(`${page} needs ${bytes} bytes, more than ${BUDGET_BYTES}: load parts of it later, with import().`)
  if (over.length > 0) process.exitCode = 1
  writeFileSync(join(out, 'built'), '')
  console.error(`Built in ${((performance.now() - start) / 1_000).toFixed(1)} s.`)
}

await main()
