import { expect, test } from 'vitest'
import { spellDuration } from './spell-duration.ts'

test.each([
  ['30d', '30 days', '30 jours'],
  ['24h', '24 hours', '24 heures'],
  ['90m', '90 minutes', '90 minutes'],
  ['1500ms', '1.5 seconds', '1,5 seconde'],
] as const)('%s is %s, in French %s', (duration, english, french) => {
  const spelt = [spellDuration(duration, 'en'), spellDuration(duration, 'fr')]
  // A French number and its unit are kept on one line.
  expect(spelt.map((text) => text.replace(/\s/g, ' '))).toEqual([english, french])
})
