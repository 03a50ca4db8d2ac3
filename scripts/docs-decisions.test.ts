// Each decision has a number of its own, and its line in the list.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../docs/decisions')
const pages = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .toSorted()
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')

test('the numbers go from 1 on, each once, and a page begins with its own', () => {
  expect(pages.map((name) => name.slice(0, 4))).toEqual(pages.map((_, index) => String(index + 1).padStart(4, '0')))
  expect(pages.map((name) => /^# (\d{4}) · /.exec(textOf(name))?.[1])).toEqual(pages.map((name) => name.slice(0, 4)))
})

test('the list has each page, in order', () => {
  const listed = [...textOf('README.md').matchAll(/^\| \[(\d{4})\]\((.+?)\) \| .+ \|$/gm)]
  expect(listed.map(([, number, page]) => [number, page])).toEqual(pages.map((name) => [name.slice(0, 4), name]))
})
