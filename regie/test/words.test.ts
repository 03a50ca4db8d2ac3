import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quotes } from '@regie/quotes'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cli, openCli } from './cli.ts'

interface HelpedCommand {
  readonly name: string
  readonly summary: string
  readonly parameters: readonly { readonly name: string; readonly optional: boolean }[]
  readonly options: readonly { readonly name: string }[]
}

const REFERENCE = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'cli.md')

let cli: Cli
beforeAll(async () => {
  cli = await openCli('SQLite')
})
afterAll(() => cli[Symbol.asyncDispose]())

const commands = async (): Promise<readonly HelpedCommand[]> => (await cli.json('help')).json.commands

it('has one row for each command in the reference', async () => {
  const rows = (await readFile(REFERENCE, 'utf8')).match(/^\| `[a-z].*$/gm)
  const expected = (await commands()).map(({ name, summary, parameters }) => {
    const words = parameters.map((parameter) => (parameter.optional ? `[${parameter.name}]` : `<${parameter.name}>`))
    return `| \`${[name, ...words].join(' ')}\` | ${summary} |`
  })
  expect(rows).toEqual(expected)
})

it('helps with everything, a group, and one command in three ways', async () => {
  const all = await cli.run('help')
  expect(all.exit).toBe(0)
  for (const { name } of await commands()) expect(all.out).toContain(`  ${name} `)
  expect((await cli.run([])).out).toBe(all.out)
  expect((await cli.run('help jobs')).out).toContain('jobs retry [id]')
  const one = (await cli.run('help jobs list')).out
  expect(one).toContain('--age <age>')
  expect((await cli.run('jobs list --help')).out).toBe(one)
  expect((await cli.run('jobs -h')).out).toBe((await cli.run('help jobs')).out)
})

it('explains every option of every command', async () => {
  for (const { name, options } of await commands()) {
    const { out } = await cli.run(['help', ...name.split(' ')])
    for (const option of options) expect(out).toContain(`--${option.name}`)
  }
})

it.each([
  ['events', 'events replay'],
  ['workflows', 'workflows check'],
  ['projections', 'projections rebuild'],
])('helps with the group %s', async (group, member) => {
  const { exit, out } = await cli.run(`${group} --help`)
  expect(exit).toBe(0)
  expect(out).toContain(member)
})

it('says its version', async () => {
  expect((await cli.run('--version')).out).toMatch(/^regie 9\.9\.9, node 2\d/)
  expect((await cli.json('--version')).json).toEqual({ regie: '9.9.9', node: process.versions.node })
})

it.each([
  ['jbos list', 'did you mean jobs?'],
  ['jobs lst', 'did you mean list?'],
  ['list jobs', 'did you mean jobs list?'],
  ['rebuild-index', 'did you mean backup rebuild-index?'],
  ['help jbos', 'did you mean jobs?'],
  ['jobs list --stat failed', 'did you mean state?'],
  ['jobs show', 'jobs show needs <id>'],
  ['jobs show 1 2', 'does not know what to do with "2"'],
  ['jobs list --limit 0', 'a whole number from 1 to 200'],
  ['jobs list --state lost', 'choose scheduled'],
  ['jobs list --state', '--state needs a value'],
  ['jobs list --state --tag x', '--state needs a value'],
  ['start --demo=yes', '--demo takes no value'],
  ['jobs list --input quoteId', 'write a field, ='],
  ['jobs enqueue cleanup.logs --delay soon', 'a number and a unit'],
  ['jobs enqueue cleanup.logs --priority top', 'choose urgent'],
])('refuses "regie %s" and shows the way', async (line, said) => {
  const { exit, out, err } = await cli.run(line)
  expect(exit).toBe(2)
  expect(out).toBe('')
  expect(err).toContain(said)
  expect(err).toMatch(/\n→ regie help/)
  expect(JSON.parse((await cli.json(line)).err)).toMatchObject({ error: { code: 'INPUT_INVALID', exit: 2 } })
})

it('names all problems of the configuration at once', async () => {
  const { exit, err } = await cli.run('jobs list', { env: { REGIE_PORT: 'x', REGIE_HOST: '0.0.0.0' } })
  expect(exit).toBe(2)
  expect(err).toMatch(/REGIE_PORT[\s\S]*REGIE_HOST/)
  expect(err).toContain('\n→ read docs/reference/configuration.md\n')
  const apps = [{ ...quotes, personalData: [] }]
  await using fresh = await openCli('SQLite')
  expect(await fresh.run('migrate up', { apps })).toMatchObject({
    exit: 2,
    err: expect.stringContaining('\n→ read docs/reference/app-contract.md\n'),
  })
})

it('shows commands as a person types them through npm', async () => {
  const { err } = await cli.run('jobs list', { env: { npm_lifecycle_event: 'regie' } })
  expect(err).toContain('npm run regie -- start')
})
