import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BAD, GOOD, MANIFESTS } from './check.cases.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '..')

/** Each finding of one Biome run as `file rule`. */
async function findings(folder: string): Promise<readonly string[]> {
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const args = [
    'check',
    '--error-on-warnings',
    '--max-diagnostics=none',
    '--reporter=github',
    'packages',
    'apps',
    'regie',
  ]
  const { stdout } = await execute(biome, args, { cwd: folder }).catch(
    (failure: { readonly stdout: string }) => failure,
  )
  return [...stdout.matchAll(/title=([^,]+),file=([^,]+),/g)].map(
    ([, rule, file]) => `${file?.replace(`${folder}/`, '')} ${rule}`,
  )
}

describe('npm run check refuses', () => {
  let folder = ''
  let found: readonly string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regie-check-'))
    for (const name of ['biome.jsonc', '.gitignore']) await cp(join(root, name), join(folder, name))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const files = { ...MANIFESTS, ...GOOD, ...Object.fromEntries(BAD.map(({ file, code }) => [file, code])) }
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), text)
    }
    found = await findings(folder)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test.each(BAD)('$what', ({ file, rule }) => {
    expect(found).toContain(`${file} ${rule}`)
  })

  test('and accepts what the table of imports allows', () => {
    const good = Object.keys(GOOD).filter((file) => !file.includes('cycle'))
    expect(found.filter((finding) => good.some((file) => finding.startsWith(`${file} `)))).toEqual([])
  })
})
