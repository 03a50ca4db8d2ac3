import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfigFile } from './file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a folder without regie.config.ts has an empty configuration', async () => {
  expect(await loadConfigFile(folder)).toEqual({})
})

test('the default export is the configuration', async () => {
  await writeFile(join(folder, 'regie.config.ts'), 'export default { port: 8081 }\n')
  expect(await loadConfigFile(folder)).toEqual({ port: 8081 })
})

test('a file without a default export is refused with the line that is missing', async () => {
  await writeFile(join(folder, 'regie.config.ts'), 'export const port = 1\n')
  await expect(loadConfigFile(folder)).rejects.toThrow('export default defineConfig')
})

test('a file that throws is refused with its reason', async () => {
  await writeFile(join(folder, 'regie.config.ts'), "throw new Error('no such secret store')\n")
  await expect(loadConfigFile(folder)).rejects.toThrow('no such secret store')
})

test('a default export that is rejected, or is a list, is refused like one that is missing', async () => {
  await writeFile(join(folder, 'regie.config.ts'), "export default Promise.reject(new Error('no vault'))\n")
  await expect(loadConfigFile(folder)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('no vault'),
  })
  await mkdir(join(folder, 'list'))
  await writeFile(join(folder, 'list/regie.config.ts'), 'export default []\n')
  await expect(loadConfigFile(join(folder, 'list'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
