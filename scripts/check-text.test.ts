import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const execute = promisify(execFile)
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-check-'))
  await execute('git', ['init', '--quiet'], { cwd: folder })
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** What one check prints about a repository with these files. */
async function problems(check: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  const script = join(import.meta.dirname, check)
  const { stdout } = await execute(process.execPath, [script], { cwd: folder }).catch(
    (failure: { readonly code: number; readonly stdout: string }) => failure,
  )
  return stdout.split('\n').filter((line) => line !== '')
}

test('an export without a doc comment is named, through every way of exporting it again', async () => {
  const manifest = JSON.stringify({ exports: { '.': { source: './src/index.ts' } } })
  const documented = '/** Said. */\nexport const said = 1\n\n'
  const found = await problems('check-doc-comments.ts', {
    'packages/engine/package.json': manifest,
    'packages/engine/src/index.ts':
      "export { type Bare, said, bare as renamed } from './a.ts'\nexport type * from './b.ts'\nexport { later } from './c.ts'\n",
    'packages/engine/src/a.ts': `${documented}export const bare = 2\n\nexport interface Bare {}\n`,
    'packages/engine/src/b.ts': '/** Said. */\nexport type Good = 1\nexport type Silent = 2\n',
    'packages/engine/src/c.ts': "import { hidden } from './d.ts'\n\nexport { hidden as later }\n",
    'packages/engine/src/d.ts': '// Not a doc comment.\nexport function hidden() {}\n',
  })
  expect(found.map((line) => line.split(',')[0])).toEqual([
    'packages/engine/src/a.ts: Bare',
    'packages/engine/src/a.ts: bare',
    'packages/engine/src/b.ts: Silent',
    'packages/engine/src/d.ts: hidden',
  ])
})

test('a link that leads nowhere, a missing heading and an absolute link are named, and code is not read as links', async () => {
  const found = await problems('check-links.ts', {
    'README.md': [
      '# Start `here`',
      '[a](docs/a.md) [b](docs/b.md) [c](docs/a.md#the-end-1) [d](docs/a.md#nothing) [e](#start-here) [f](/docs/a.md)',
      '[g](https://example.org) `[h](gone.md)`',
      '```',
      '[i](gone.md)',
      '```',
      '[j]: gone.md',
    ].join('\n'),
    'docs/a.md': '# The end\n\n## The end!\n',
  })
  expect(found).toEqual([
    'README.md:2 docs/b.md leads nowhere',
    'README.md:2 docs/a.md#nothing has no such heading',
    'README.md:2 /docs/a.md is absolute: write it relative to this file',
    'README.md:7 gone.md leads nowhere',
  ])
})

test('a long file, a mark of unfinished work and a path of one machine are named', async () => {
  const found = await problems('check-files.ts', {
    'long.ts': 'x\n'.repeat(401),
    'right.ts': 'x\n'.repeat(400),
    'mark.ts': `// ${'TO'}DO later\n`,
    'docs/a.md': ['see', 'root', 'notes'].join('/').replace('see', 'See '),
    'docs/b.md': 'GET https://example.org/home/page and data/tmp/x\n',
  })
  expect(found).toEqual([
    'docs/a.md:1 names the path /root/notes: of whose machine?',
    'long.ts has 401 lines, more than 400: split it',
    `mark.ts:1 has the mark ${'TO'}DO: finish it, or open an issue`,
  ])
})
