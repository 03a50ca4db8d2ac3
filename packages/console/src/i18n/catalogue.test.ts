import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'

const { fr } = catalogue(
  { ask: (name: string) => `Pause ${name}?`, deep: { say: 'Look: "here"; gone' } },
  { ask: (name) => `Mettre ${name} en pause ?`, deep: { say: 'Voyez : « ici » ; parti' } },
)

test('French signs keep to their words at the end of a line', () => {
  expect(fr.ask('mail')).toBe('Mettre mail en pause\u202f?')
  expect(fr.deep.say).toBe('Voyez\u00a0: «\u00a0ici\u00a0»\u202f; parti')
})
