// The skeleton is made in a copy of this repository, where everything is done that a person would do next.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const IDS = ['notes', 'meeting-rooms-of-the-town-hall']

const execute = promisify(execFile)
let copy = ''

interface Ended {
  readonly exit: number
  readonly out: string
}

async function run(program: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, PATH: `${join(copy, 'node_modules', '.bin')}:${process.env.PATH}`, NO_COLOR: '1' }
  return execute(program, [...args], { cwd: copy, env, maxBuffer: 1e8 }).then(
    ({ stdout, stderr }) => ({ exit: 0, out: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ exit: code, out: stdout + stderr }),
  )
}

const regie = (...args: readonly string[]) =>
  run(process.execPath, '-C', 'source', join('regie', 'src', 'main.ts'), ...args)
const changed = () => execFileSync('git', ['status', '--short'], { cwd: copy }).toString()

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'regie-new-app-'))
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT }).toString().split('\n')
  for (const name of tracked.filter((each) => each !== '' && existsSync(join(ROOT, each)))) {
    await mkdir(dirname(join(copy, name)), { recursive: true })
    await cp(join(ROOT, name), join(copy, name), { verbatimSymlinks: true })
  }
  await mkdir(join(copy, 'node_modules', '@regie'), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@regie') await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name))
  }
  for (const name of readdirSync(join(ROOT, 'node_modules', '@regie'))) {
    const place = existsSync(join(copy, 'packages', name)) ? 'packages' : 'apps'
    await symlink(join('..', '..', place, name), join(copy, 'node_modules', '@regie', name))
  }
  // What could not be hoisted lies beside the package that needs it.
  for (const folder of ['packages/platform', 'packages/console'].map((each) => join(each, 'node_modules')))
    if (existsSync(join(ROOT, folder))) await symlink(join(ROOT, folder), join(copy, folder))
  const account = join('node_modules', '.package-lock.json')
  await cp(join(ROOT, account), join(copy, account))
  execFileSync('git', ['init', '-q'], { cwd: copy })
  execFileSync('git', ['add', '-A'], { cwd: copy })
}, 60_000)
afterAll(() => rm(copy, { recursive: true, force: true }))

it.each([
  ['Notes', 'lower-case letters', 2],
  ['runs', 'the platform uses this id itself', 2],
  ['quotes', 'there is an app quotes already', 4],
  ['quotes-archive', 'could be taken for those of quotes', 4],
  ['class', 'a word of TypeScript', 2],
  ['../notes', 'cannot be the id', 2],
])('refuses %s, and makes nothing', async (id, reason, code) => {
  const { exit, out } = await regie('new', 'app', id)
  expect(out).toContain(reason)
  expect(exit).toBe(code)
  expect(
    changed()
      .split('\n')
      .filter((line) => !line.startsWith('A ')),
  ).toEqual([''])
})

it('makes nothing when the product cannot be changed', async () => {
  const product = join(copy, 'regie', 'src', 'apps.ts')
  const text = await readFile(product, 'utf8')
  await writeFile(product, text.replace('[quotes]', '((list) => list)(Array.of(quotes))'))
  const { exit, out } = await regie('new', 'app', 'notes')
  expect(out).toContain('regie/src/apps.ts does not end in a list of apps')
  expect(exit).toBe(4)
  expect(existsSync(join(copy, 'apps', 'notes'))).toBe(false)
  await writeFile(product, text)
})

it('makes apps that pass the check and their own tests, that the product lists, and whose presence no test of its own notices', {
  timeout: 300_000,
}, async () => {
  for (const id of IDS) expect(await regie('new', 'app', id)).toMatchObject({ exit: 0 })
  // The next command begins at once, without installing anything.
  const look = "import('./scripts/install.mjs').then((it) => console.log(it.isInstalled('.', { needsDev: true })))"
  expect((await run(process.execPath, '-e', look)).out).toBe('true\n')
  const check = await run(process.execPath, join('scripts', 'check.ts'))
  // Of the whole repository only what is about these apps: the rest is for `npm run check` itself.
  expect(check.out.split('\n').filter((line) => /apps\/(notes|meeting)|regie\/|package-lock/.test(line))).toEqual([])
  expect(check.out).toMatch(/✓ types/)
  expect(check.out).toMatch(/✓ format, lint, import rules/)
  expect(check.out).toMatch(/✓ lock files/)
  const tests = await run('vitest', 'run', ...IDS.map((id) => `apps/${id}`), join('regie', 'test', 'apps.test.ts'))
  expect(tests, tests.out).toMatchObject({ exit: 0 })
  const { items: apps } = JSON.parse((await regie('apps', 'list', '--json')).out)
  expect(apps.map(({ id }: { readonly id: string }) => id).toSorted()).toEqual([...IDS, 'quotes'].toSorted())
})
