import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { compte, counted } from './plural.ts'

const { fr } = catalogue(
  { ask: (name: string) => `Pause ${name}?`, deep: { say: 'Look: "here"; gone' } },
  { ask: (name) => `Mettre ${name} en pause ?`, deep: { say: 'Voyez : « ici » ; parti' } },
)

test('French signs keep to their words at the end of a line', () => {
  expect(fr.ask('mail')).toBe('Mettre mail en pause\u202f?')
  expect(fr.deep.say).toBe('Voyez\u00a0: «\u00a0ici\u00a0»\u202f; parti')
})

test('one is one, in French nothing and one and a half too', () => {
  expect([counted('1', 'run', 'runs'), counted('0', 'run', 'runs'), counted('1,001', 'run', 'runs')]).toEqual([
    '1 run',
    '0 runs',
    '1,001 runs',
  ])
  const several = ['0', '1', '1,5', '2', '10\u202f000+']
  expect(several.map((count) => compte(count, 'échec', 'échecs'))).toEqual([
    '0 échec',
    '1 échec',
    '1,5 échec',
    '2 échecs',
    '10\u202f000+ échecs',
  ])
})
