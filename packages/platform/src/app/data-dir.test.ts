import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeDataDir, wayOut } from './data-dir.ts'

test('a data folder where a file stands is refused with the way out, above it as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regie-data-dir-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'file')
  await writeFile(file, '')
  for (const path of [file, join(file, 'data')]) {
    await expect(makeDataDir(path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `REGIE_DATA_DIR: ${path} cannot be made: a file stands in its way: name a folder`,
    })
  }
  await makeDataDir(join(folder, 'a', 'b'))
})

test('a full disk is not taken for a missing right', () => {
  const refusal = (code: string) => Object.assign(new Error(code), { code })
  expect(wayOut(refusal('ENOSPC'))).toContain('free some space')
  expect(wayOut(refusal('EACCES'))).toContain('right to write')
  expect(wayOut(new Error('something else'))).toContain('REGIE_DATA_DIR')
})
