import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleFiles } from './files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-built-'))
  await mkdir(join(folder, 'console'))
  await mkdir(join(folder, '.vite'))
  const files = { 'index.html': '<p>', 'index.html.gz': 'packed', 'console/a-1.js': 'a()', 'console/a-1.js.gz': 'zip' }
  for (const [name, text] of Object.entries({ ...files, '.vite/manifest.json': '{}', built: '' }))
    await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const asked = (encodings: string) => ({
  path: '',
  query: {},
  language: '',
  headers: { 'accept-encoding': encodings },
  address: '127.0.0.1',
  principal: undefined,
})

test('there is no console before it is built', () => {
  expect(consoleFiles(undefined)).toBeUndefined()
  expect(consoleFiles(join(folder, 'nowhere'))).toBeUndefined()
})

test('the page is asked for anew each time, under a policy that allows nothing inline', async () => {
  const page = await consoleFiles(folder)?.page(asked(''))
  expect(String(page?.body)).toBe('<p>')
  expect(page?.headers).toMatchObject({ 'cache-control': 'no-cache', vary: 'accept-encoding' })
  expect(page?.headers?.['content-security-policy']).not.toContain('unsafe')
})

test('files whose name changes with their content are kept for ever, packed for who can unpack', async () => {
  const route = consoleFiles(folder)?.routes.find(({ url }) => url === '/console/a-1.js')
  expect(await route?.handle(asked('br, gzip'))).toMatchObject({
    type: 'text/javascript; charset=utf-8',
    headers: { 'content-encoding': 'gzip', 'cache-control': expect.stringContaining('immutable') },
  })
  expect(String((await route?.handle(asked('')))?.body)).toBe('a()')
})

test('only what a browser needs is served', () => {
  expect(consoleFiles(folder)?.routes.map(({ url }) => url)).toEqual(['/', '/console/a-1.js'])
})
