// npm run openapi: writes docs/reference/openapi.json and the generated clients. A test compares them, so a change of the
// API is seen in review.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generateFiles } from './generated.ts'

const root = join(import.meta.dirname, '..', '..')

for (const { path, text } of await generateFiles()) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
  console.log(path)
}
