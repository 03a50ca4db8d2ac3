import { expect, test } from 'vitest'
import { complete, meantBy, type StateName } from './complete.ts'

const known = { jobs: ['quotes.notify', 'quotes.send', 'backup.daily'], queues: ['default', 'mail'] }
const words = (text: string) => complete(text, text.length, known).map(({ word }) => word)

test('a beginning of a key is completed, also after other words', () => {
  expect(words('st')).toEqual(['state:'])
  expect(words('queue:mail -ta')).toEqual(['-tag:'])
})

test('organisations are offered to whoever may look at them', () => {
  expect(words('or')).toEqual([])
  expect(complete('or', 2, { ...known, everywhere: true }).map(({ word }) => word)).toEqual(['org:'])
})

test('values come from what is known here', () => {
  expect(words('queue:')).toEqual(['default', 'mail'])
  expect(words('job:quo')).toEqual(['quotes.*', 'quotes.notify', 'quotes.send'])
  expect(words('state:fa')).toEqual(['failed'])
})

test('a further state is added behind the comma', () => {
  const [first] = complete('state:failed,exp', 16, known)
  expect(first).toMatchObject({ text: 'state:failed,expired ', cursor: 21 })
})

test('a state is found by what its badge says, in any language, with or without accents and gender', () => {
  const states: readonly StateName[] = [
    ['retrying', 'échouée, sera réessayée'],
    ['failed', 'échouée'],
    ['cancelled', 'annulée'],
  ]
  const named = (text: string) => complete(text, text.length, { ...known, states }).map(({ word }) => word)
  expect(named('échou')).toEqual(['state:failed', 'state:retrying'])
  expect(named('état:annul')).toEqual(['state:cancelled'])
  expect(named('state:echoue')).toEqual(['retrying', 'failed'])
  expect(named('ann')).toEqual([])
  expect(meantBy('queue:mail Échoués', states)).toBe('queue:mail state:failed')
  expect(meantBy('-état:annulee quotes', states)).toBe('-state:cancelled quotes')
  expect(meantBy('job:échouée', states)).toBeUndefined()
  expect(meantBy('quotes.send', states)).toBeUndefined()
})

test('the word under the cursor is replaced, the others stay', () => {
  const [first] = complete('queue:ma state:failed', 8, known)
  expect(first?.text).toBe('queue:mail state:failed')
})
