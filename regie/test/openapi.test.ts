import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateFiles } from '../tools/generated.ts'

const root = join(import.meta.dirname, '..', '..')
const files = await generateFiles()

describe('what is generated from the endpoints', () => {
  it.each(files)('$path is what npm run openapi would write', async ({ path, text }) => {
    const committed = await readFile(join(root, path), 'utf8').catch(() => '')
    expect(committed, 'npm run openapi writes it').toBe(text)
  })
})
