import { expect, test } from 'vitest'
import { cancelledOf, FILTER_STATES, parseFilter, quoteValue, retriedOf } from './grammar.ts'
import { bothFilters, runFilterOf } from './run-filter.ts'

const NOW = Date.UTC(2026, 10, 28)

test('every kind of condition is read', () => {
  const text =
    'queue:mail state:failed,expired job:quotes.* error:ECONN* age>1h age<2d input.quoteId:42 -tag:test kind:workflow'
  expect(runFilterOf(text, NOW)).toEqual({
    queue: 'mail',
    state: ['failed', 'expired'],
    job: 'quotes.*',
    error: 'ECONN*',
    createdBefore: NOW - 3_600_000,
    createdAfter: NOW - 172_800_000,
    input: { quoteId: '42' },
    workflow: true,
    not: [{ tag: 'test' }],
  })
})

test('an organisation is a condition like others, and all of them are none', () => {
  expect(runFilterOf('org:second state:failed', NOW)).toEqual({ org: 'second', state: ['failed'] })
  expect(runFilterOf('-org:"main" error:"at org:x"', NOW)).toEqual({ error: 'at org:x', not: [{ org: 'main' }] })
  expect(runFilterOf('org:a org:b', NOW)).toEqual({ org: 'a', all: [{ org: 'b' }] })
  expect(() => runFilterOf('org:a nothing:b', NOW)).toThrow('there is no "nothing" to filter by')
  expect(runFilterOf('org:* state:failed', NOW)).toEqual({ state: ['failed'] })
})

test('an empty filter asks for everything', () => {
  expect(runFilterOf('  ', NOW)).toEqual({})
})

test('a word alone looks in the name of the job', () => {
  expect(runFilterOf('notice', NOW)).toEqual({ job: '*notice*' })
})

test('a number alone is that run, and several are named together', () => {
  expect(runFilterOf('42', NOW)).toEqual({ ids: [42] })
  expect(runFilterOf('#42', NOW)).toEqual({ ids: [42] })
  expect(runFilterOf('id:42,43 state:failed', NOW)).toEqual({ ids: [42, 43], state: ['failed'] })
  expect(runFilterOf('-42', NOW)).toEqual({ not: [{ ids: [42] }] })
  expect(runFilterOf('"42"', NOW)).toEqual({ job: '*42*' })
  expect(parseFilter('id:x').problems).toMatchObject([{ code: 'bad-number' }])
})

test('words that would join conditions elsewhere are refused, instead of finding nothing', () => {
  expect(parseFilter('state:failed or state:waiting').problems).toEqual([
    { code: 'no-or', text: 'or', start: 13, end: 15 },
  ])
  expect(() => runFilterOf('a && b', NOW)).toThrow('alternatives stand between commas')
})

test('values in quotes keep their spaces and quotes', () => {
  const value = 'has "no" address'
  expect(runFilterOf(`error:${quoteValue(value)}`, NOW)).toEqual({ error: value })
  expect(quoteValue('plain')).toBe('plain')
})

test('a quote that is never closed takes the rest, however many there are', () => {
  expect(parseFilter('queue:mail error:"half of it').problems).toEqual([
    { code: 'open-quote', text: 'error:"half of it', start: 11, end: 28 },
  ])
  expect(parseFilter(`${'"a'.repeat(25_000)}"\u0000`).terms).toHaveLength(0)
})

test('the nearer bound of two ages holds, and states are those that both allow', () => {
  expect(runFilterOf('age>1h age>2h', NOW)).toEqual({ createdBefore: NOW - 7_200_000 })
  expect(runFilterOf('state:failed,queued state:queued', NOW)).toEqual({ state: ['queued'] })
})

test('what cannot be one condition holds as several', () => {
  expect(runFilterOf('send notice', NOW)).toEqual({ job: '*send*', all: [{ job: '*notice*' }] })
  expect(runFilterOf('tag:a tag:b state:failed', NOW)).toEqual({ tag: 'a', state: ['failed'], all: [{ tag: 'b' }] })
  expect(runFilterOf('input.a:1 input.a:2 input.b:3', NOW)).toEqual({
    input: { a: '1', b: '3' },
    all: [{ input: { a: '2' } }],
  })
})

test('of what a filter finds, many are retried or cancelled by their state; what has succeeded is neither', () => {
  const statesIn = (filter: string) =>
    parseFilter(filter)
      .terms.find(({ key }) => key === 'state')
      ?.value.split(',') ?? []
  const taken = new Set([retriedOf('queue:mail'), cancelledOf('queue:mail')].flatMap(statesIn))
  expect(FILTER_STATES.filter((state) => !taken.has(state))).toEqual(['succeeded'])
  expect(statesIn(cancelledOf(''))).not.toContain('failed')
})

test('two filters hold together, with their exceptions', () => {
  const one = runFilterOf('queue:mail state:failed,queued age>1h -tag:a', NOW)
  const other = runFilterOf('state:queued age>2h -tag:b', NOW)
  expect(bothFilters(one, other)).toEqual({
    queue: 'mail',
    state: ['queued'],
    createdBefore: NOW - 7_200_000,
    not: [{ tag: 'a' }, { tag: 'b' }],
  })
  expect(bothFilters({ queue: 'mail' }, { queue: 'bulk' })).toEqual({ queue: 'mail', all: [{ queue: 'bulk' }] })
})

test('each mistake has a code and its place', () => {
  const cases = {
    'colour:red': 'unknown-key',
    'state:broken': 'bad-state',
    'age>soon': 'bad-age',
    'queue:': 'no-value',
    'input:42': 'no-path',
    'parent:abc': 'bad-number',
    'kind:task': 'bad-kind',
    'error:"half': 'open-quote',
    'queue:a queue:b': 'twice',
  }
  for (const [text, code] of Object.entries(cases)) expect(parseFilter(text).problems[0]?.code, text).toBe(code)
  expect(parseFilter('queue:mail colour:red').problems).toEqual([
    { code: 'unknown-key', text: 'colour', start: 11, end: 21 },
  ])
})

test('a filter with mistakes is refused with all of them', () => {
  expect(() => runFilterOf('colour:red age>soon', NOW)).toThrow(/there is no "colour" to filter by/)
})
