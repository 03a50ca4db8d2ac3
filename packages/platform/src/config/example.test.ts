import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { environmentExample } from './example.ts'
import { noteOf, settingKeys } from './settings.ts'

test('.env.example at the root of the repository says what the schema says', async () => {
  const committed = await readFile(new URL('../../../../.env.example', import.meta.url), 'utf8')
  expect(committed).toBe(environmentExample())
})

test('the example names every variable once, commented out', () => {
  const lines = environmentExample().split('\n')
  for (const key of settingKeys) {
    expect(lines.filter((line) => line.startsWith(`# ${noteOf(key).variable}=`))).toHaveLength(1)
  }
})
