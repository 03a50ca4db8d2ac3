// The reference pages say what the code says: every error code has its line and no line is left over, every setting too.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quoteProblems } from '../apps/quotes/console/problems.ts'
import { config as quotesSettings } from '../apps/quotes/src/config.ts'
import { QUOTES_ERRORS } from '../apps/quotes/src/errors.ts'
import { kindWords } from '../packages/console/src/alerts/kind-words.ts'
import { problemWords } from '../packages/console/src/kit/problem-words.ts'
import { FRENCH_NOTES } from '../packages/console/src/setup/setting-notes.ts'
import { ENGINE_ERROR_CODES } from '../packages/engine/src/errors.ts'
import { ALERT_CODES } from '../packages/platform/src/alert/alert.ts'
import { noteOf, settingKeys, settings } from '../packages/platform/src/config/settings.ts'
import { PLATFORM_ERROR_CODES } from '../packages/platform/src/errors.ts'
import { FILTER_KEYS, FILTER_STATES, parseFilter } from '../packages/platform/src/filter/grammar.ts'
import { codesByStatus } from '../packages/platform/src/openapi/problems.ts'

/** The cells of the table rows under one heading, without the head. */
function rowsOf(page: string, heading: string): readonly (readonly string[])[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'reference', page), 'utf8')
  const section = text.split(/^##? /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

// Of an e-mail: one word for it in English, the same in French.
const OTHER_NAMES =
  /(?<![\w./@-])(?:emails?|e-?mél|mails?|courriels?|courriers?|(?:adresse|courrier) électronique)(?![\w.@])/i

const code = (cell = ''): string => cell.replaceAll('`', '')

test('every code of the engine is explained, in the order of the list', () => {
  expect(rowsOf('errors.md', 'Engine').map(([name]) => code(name))).toEqual(ENGINE_ERROR_CODES)
})

test('every code of the platform is explained, in the order of the list', () => {
  expect(rowsOf('errors.md', 'Platform').map(([name]) => code(name))).toEqual(PLATFORM_ERROR_CODES)
})

test('every code of Quotes is explained, with its status', () => {
  const documented = rowsOf('errors.md', 'Quotes').map(([name, status]) => [code(name), Number(status)])
  expect(documented).toEqual(Object.entries(QUOTES_ERRORS))
})

test('every key and state of the filter language is shown, and every example can be read', () => {
  const rows = rowsOf('filter.md', 'The filter language')
  const examples = rows.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))
  const shown = new Set(examples.flatMap((text) => parseFilter(text).terms.map(({ key }) => key)))
  expect([...shown].toSorted()).toEqual(FILTER_KEYS.toSorted())
  expect(examples.filter((text) => parseFilter(text).problems.length > 0)).toEqual([])
  for (const state of FILTER_STATES) expect(JSON.stringify(rows)).toContain(state)
})

test('the console explains every setting of the platform in French', () => {
  expect(Object.keys(FRENCH_NOTES)).toEqual(settingKeys.map((key) => noteOf(key).variable))
})

test('the console has words in both languages for every code that a browser can meet', () => {
  const met = [...codesByStatus({}).values()].flat()
  expect(Object.keys(problemWords.en).toSorted()).toEqual([...new Set(met)].toSorted())
  for (const language of ['en', 'fr'] as const)
    expect(
      Object.keys(quoteProblems[language])
        .filter((name) => /^[A-Z]/.test(name))
        .toSorted(),
    ).toEqual(Object.keys(QUOTES_ERRORS).toSorted())
})

test('the console has words and a runbook in both languages for every alert of the platform', () => {
  expect(Object.keys(kindWords.en).toSorted()).toEqual(ALERT_CODES.toSorted())
})

test('every explanation says what it means and the way out', () => {
  for (const heading of ['Engine', 'Platform', 'Quotes']) {
    for (const cells of rowsOf('errors.md', heading))
      expect(
        cells.every((cell) => cell !== ''),
        cells[0],
      ).toBe(true)
  }
})

test('every setting is explained, with its variable, its meaning and its default', () => {
  const written = settingKeys.map((key) => {
    const fallback = settings.shape[key].safeParse(undefined)
    const value = fallback.success && fallback.data !== undefined ? `\`${String(fallback.data)}\`` : 'none'
    return [`\`${noteOf(key).variable}\``, `\`${key}\``, noteOf(key).about, noteOf(key).expected, value]
  })
  expect(rowsOf('configuration.md', 'Settings')).toEqual(written)
})

test('every setting of Quotes is explained, with its default, and says in both languages what it is for', () => {
  const written = Object.entries(quotesSettings.shape).map(([name, schema]) => {
    const { data } = schema.safeParse(undefined)
    return [name, data === undefined ? 'as sellerEmail' : String(data)]
  })
  expect(rowsOf('configuration.md', 'Settings of Quotes').map((row) => [code(row[0]), code(row[2])])).toEqual(written)
  for (const schema of Object.values(quotesSettings.shape))
    expect(schema.meta()).toMatchObject({ description: expect.any(String), french: expect.any(String) })
})

test('what goes from mailbox to mailbox is called an e-mail by every text of the console and of the pages of sign-in', () => {
  const root = join(import.meta.dirname, '..')
  const texts = globSync(
    ['{packages,apps}/*/{src,console}/**/*{words,notes,problems,mails,refusal}.ts', 'packages/*/src/i18n/common.ts'],
    {
      cwd: root,
    },
  )
  expect(texts.length).toBeGreaterThan(30)
  const said = texts.flatMap((file) => {
    // Without comments, imports, what stands for data, and keys.
    const code = readFileSync(join(root, file), 'utf8').replaceAll(
      /^import .*|\/\*\*.*?\*\/|\$\{[^}]*\}|'[^'\n]*':/gms,
      '',
    )
    const literals = [...code.matchAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g)].map(([text]) => text)
    return literals.filter((text) => OTHER_NAMES.test(text)).map((text) => `${file}: ${text}`)
  })
  expect(said).toEqual([])
})
