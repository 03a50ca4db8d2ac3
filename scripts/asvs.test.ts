// docs/asvs.md and docs/abuses.md name tests that exist; the first judges every requirement of level 1 and 2, once.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import requirements from './asvs-5.0.0.json' with { type: 'json' }
import { repositoryFiles } from './repository.ts'

const root = join(import.meta.dirname, '..')
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The cells of all table rows of a page, without heads and lines. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const lines = textOf(page).split('\n')
  const rows = lines.filter((line, index) => line.startsWith('| ') && !lines[index + 1]?.startsWith('| ---'))
  return rows
    .filter((line) => !line.startsWith('| ---'))
    .map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
}

/** What of a cell such as `` `file` · sentence; `file` · sentence `` is not in the tree. */
function missingIn(cell: string): readonly string[] {
  return cell
    .split(/; (?=`)/)
    .filter((part) => part !== '')
    .filter((part) => {
      const [, file, sentence] = /^`(.+?)`(?: · (.+))?$/.exec(part) ?? []
      if (file === undefined || !existsSync(join(root, file))) return true
      if (sentence === undefined) return !/\.test\.ts$/.test(file)
      const written = textOf(file)
      return ![`'${sentence}'`, `"${sentence}"`].some((name) => written.includes(name))
    })
}

describe('the table of ASVS', () => {
  const rows = rowsOf('docs/asvs.md')
  const states = rows.map(([, state]) => state)

  test('judges every requirement of level 1 and 2 once, in order, with its level', () => {
    const judged = rows.map(([requirement = '']) => /^(\d+\.\d+\.\d+) \(L([12])\) ./.exec(requirement)?.slice(1, 3))
    const { level1, level2 } = requirements
    const all = [...level1.map((number) => [number, '1']), ...level2.map((number) => [number, '2'])]
    const place = (number = '') => number.split('.').reduce((sum, part) => sum * 100 + Number(part), 0)
    expect(all).toHaveLength(253)
    expect(judged).toEqual(all.toSorted(([one], [other]) => place(one) - place(other)))
  })

  test('says of each in what state it is, and counts them right', () => {
    for (const state of states) expect(['met', 'partly', 'not met', 'does not apply']).toContain(state)
    const count = (wanted: string) => states.filter((state) => state === wanted).length
    expect(textOf('docs/asvs.md')).toContain(
      `Of ${rows.length}: ${count('met')} met, ${count('partly')} partly, ${count('not met')} not met, ${count('does not apply')} do not apply.`,
    )
  })

  test('says what is missing where something is, and why where it does not apply', () => {
    const silent = rows.filter(([, state, how]) => state !== 'met' && (how ?? '') === '')
    expect(silent).toEqual([])
  })

  test('names tests that exist, and a test or a reason for what is met', () => {
    expect(
      rows.flatMap(([requirement = '', , , shown = '']) => missingIn(shown).map((part) => [requirement, part])),
    ).toEqual([])
    expect(rows.filter(([, state, how, shown]) => state === 'met' && how === '' && shown === '')).toEqual([])
  })
})

describe('the table of abuses', () => {
  const rows = rowsOf('docs/abuses.md')

  test('names tests that exist, or says what there is nothing of yet', () => {
    expect(rows.length).toBeGreaterThan(25)
    expect(rows.flatMap(([abuse = '', , shown = '']) => missingIn(shown).map((part) => [abuse, part]))).toEqual([])
    expect(rows.filter(([, what, shown]) => shown === '' && what?.startsWith('nothing yet: ') !== true)).toEqual([])
  })
})

test('the inventory of cryptography names every file that uses it', () => {
  const uses =
    /\b(?:createCipheriv|createHmac|hkdfSync|scrypt|createECDH|generateKeyPairSync)\b|from 'jose'|xml-crypto'|@simplewebauthn\/server/
  const own = repositoryFiles().filter((file) => /^(packages|apps)\/[^/]+\/src\/.+\.ts$/.test(file))
  const using = own.filter((file) => !/\.test(ing)?\.ts$/.test(file) && uses.test(textOf(file)))
  const inventory = textOf('docs/reference/cryptography.md')
  expect(using.length).toBeGreaterThan(10)
  expect(using.filter((file) => !inventory.includes(`\`${file}\``))).toEqual([])
  const named = [...inventory.matchAll(/`((?:packages|apps)\/[^`]+\.ts)`/g)].map(([, file = '']) => file)
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
})
