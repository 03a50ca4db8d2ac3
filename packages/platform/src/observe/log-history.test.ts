import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HistorySearch, type LogPlace, readLogHistory } from './log-history.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const DAY_MS = 86_400_000

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-history-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const fileOf = (day: string) => join(folder, `regie-${day}.log`)
const line = (time: number, msg: string, fields: object = {}, level = 30) =>
  `${JSON.stringify({ level, time, part: 'shop', ...fields, msg })}\n`
/** `many` lines, one a second, and how they are called. */
const many = (begin: number, count: number, fields: object = {}) =>
  Array.from({ length: count }, (_, index) => line(begin + index * 1_000, `line ${index}`, fields)).join('')

async function all(search: Partial<HistorySearch>, limit = 200) {
  const said: unknown[] = []
  let pages = 0
  for (let place: LogPlace | undefined; ; pages += 1) {
    const page = await readLogHistory(folder, { order: 'newest', limit, place, ...search })
    said.push(...page.lines.map(({ msg }) => msg))
    if (!page.more) return { said, pages: pages + 1, page }
    place = page.place
  }
}

test('pages go back through the files of all days, or on through them, and meet every line once', async () => {
  await writeFile(fileOf('2026-11-20'), many(NOON - DAY_MS, 250))
  await writeFile(fileOf('2026-11-21'), many(NOON, 250))
  await writeFile(join(folder, 'other.log'), line(NOON, 'foreign'))
  const back = await all({}, 40)
  expect(back.said.slice(0, 2)).toEqual(['line 249', 'line 248'])
  const day = Array.from({ length: 250 }, (_, index) => `line ${index}`)
  expect(back.said.toReversed()).toEqual([...day, ...day])
  expect((await all({ order: 'oldest' }, 50)).said).toEqual([...day, ...day])
  expect(back.page.since).toBe('2026-11-20')
})

test('lines are found by level, words, part, run, trace and request, and what consoles ask for only when it is wanted', async () => {
  const text = [
    line(NOON, 'one', { run: 42, traceId: 'aa' }),
    line(NOON, 'two', { run: 4, note: 'Tout « Été »' }, 50),
    line(NOON, 'request', { part: 'http', requestId: 'rq-1', console: true }),
    'no JSON at all\n',
  ]
  await writeFile(fileOf('2026-11-21'), text.join(''))
  const found = async (search: Partial<HistorySearch>) => (await all(search)).said
  expect(await found({})).toEqual(['no JSON at all', 'two', 'one'])
  expect(await found({ console: true })).toHaveLength(4)
  expect(await found({ console: true, part: 'http', requestId: 'rq-1' })).toEqual(['request'])
  expect(await found({ run: 4 })).toEqual(['two'])
  expect(await found({ traceId: 'aa' })).toEqual(['one'])
  expect(await found({ level: 'warn' })).toEqual(['two'])
  expect(await found({ text: 'note=tout « été »' })).toEqual(['two'])
  // The names of what every line has are no text of it.
  expect(await found({ text: 'level' })).toEqual([])
})

test('a large file is entered near the instant that is asked for, and read in pages that say where they came to', async () => {
  const long = { note: 'x'.repeat(900) }
  await writeFile(fileOf('2026-11-21'), many(NOON, 12_000, long))
  const at = NOON + 6_000_000
  const to = await readLogHistory(folder, { order: 'newest', limit: 2, to: at })
  expect(to.lines.map(({ msg }) => msg)).toEqual(['line 5999', 'line 5998'])
  const from = await readLogHistory(folder, { order: 'oldest', limit: 2, from: at })
  expect(from.lines.map(({ msg }) => msg)).toEqual(['line 6000', 'line 6001'])
  const narrow = { from: at, to: at + 3_000 }
  expect((await all({ order: 'oldest', ...narrow })).said).toEqual(['line 6000', 'line 6001', 'line 6002'])
  expect((await all({ order: 'newest', ...narrow })).pages).toBe(1)
  // Eleven megabytes are more than one page reads: the first says that there is more, though it found nothing.
  const rare = await readLogHistory(folder, { order: 'newest', limit: 2, text: 'line 17 ' })
  expect(rare).toMatchObject({ lines: [], more: true, place: { day: '2026-11-21' } })
  expect(await all({ text: 'line 17 ' })).toMatchObject({ said: ['line 17'], pages: 2 })
})

test('half a line waits for its end, one that is too long is passed over, and a file that is removed is no error', async () => {
  await writeFile(fileOf('2026-11-20'), many(NOON - DAY_MS, 3))
  const day = fileOf('2026-11-21')
  await writeFile(
    day,
    `${line(NOON, 'before')}{"level":30,"msg":"${'y'.repeat(700_000)}"}\n${line(NOON, 'after')}{"level"`,
  )
  for (const order of ['newest', 'oldest'] as const) {
    const from = order === 'oldest' ? { from: NOON } : { to: NOON + 1 }
    expect((await all({ order, ...from })).said.filter((said) => String(said).startsWith('y'))).toEqual([])
    expect((await all({ order, ...from })).said).toEqual(expect.arrayContaining(['before', 'after']))
  }
  const end = await readLogHistory(folder, { order: 'oldest', limit: 50, from: NOON })
  await appendFile(day, `:40,"msg":"whole"}\n`)
  await writeFile(fileOf('2026-11-22'), line(NOON + DAY_MS, 'next day'))
  const { place } = end
  const on = await readLogHistory(folder, { order: 'oldest', limit: 50, place })
  expect(on.lines.map(({ msg }) => msg)).toEqual(['whole', 'next day'])
  const page = await readLogHistory(folder, { order: 'newest', limit: 1 })
  await rm(day)
  expect((await all({ order: 'newest', place: page.place })).said).toEqual(expect.arrayContaining(['line 0']))
  await rm(folder, { recursive: true })
  expect(await readLogHistory(folder, { order: 'newest', limit: 1 })).toMatchObject({ lines: [], more: false })
})
