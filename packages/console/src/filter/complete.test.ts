import { expect, test } from 'vitest'
import { complete } from './complete.ts'

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

test('the word under the cursor is replaced, the others stay', () => {
  const [first] = complete('queue:ma state:failed', 8, known)
  expect(first?.text).toBe('queue:mail state:failed')
})
