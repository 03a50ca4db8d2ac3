import { expect, test } from 'vitest'
import { ranked } from './rank.ts'

const texts = (typed: string, hits: Parameters<typeof ranked>[1], most = 9) =>
  ranked(typed, hits, most).map(({ text }) => text)

test('a whole name comes before a beginning, that before the beginning of a word, and that before anything within', () => {
  const hits = ['unmailed', 'quotes.mail', 'mailing', 'mail', 'letters'].map((text) => ({ text }))
  expect(texts('mail', hits)).toEqual(['mail', 'mailing', 'quotes.mail', 'unmailed'])
  expect(texts('mail', hits, 2)).toEqual(['mail', 'mailing'])
})

test('every word has to be met, in any order, by the name or by what it is', () => {
  const hit = { text: 'trial.ship', group: 'Job' }
  expect(texts('ship job', [hit])).toEqual(['trial.ship'])
  expect(texts('ship queue', [hit])).toEqual([])
  expect(texts('pause mail', [{ text: 'Pause… · mail' }, { text: 'mail' }, { text: 'Pause… · slow' }])).toEqual([
    'Pause… · mail',
  ])
})

test('accents and capitals do not matter', () => {
  expect(texts('etape', [{ text: 'Étape' }])).toEqual(['Étape'])
  expect(texts('ÉLAN', [{ text: 'elan & cie' }])).toEqual(['elan & cie'])
})

test('of those that match alike the recent one comes first, and otherwise their order stays', () => {
  const hits = [{ text: 'trial.scan' }, { text: 'trial.send', favour: 5 }, { text: 'trial.ship' }]
  expect(texts('trial', hits)).toEqual(['trial.send', 'trial.scan', 'trial.ship'])
  expect(texts('sh', [...hits, { text: 'a shop', favour: 9 }])).toEqual(['a shop', 'trial.ship'])
})
