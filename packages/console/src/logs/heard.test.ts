import { expect, test } from 'vitest'
import { createHeard } from './heard.ts'
import { readLine } from './line.ts'

const line = (seq: number) => readLine({ level: 30, time: 0, msg: `line ${seq}` }, seq, 'host:1')
const texts = (heard: ReturnType<typeof createHeard>) => heard.show().map(({ seq }) => seq)

test('emptied, the lines of the last moment do not come back', () => {
  const heard = createHeard()
  heard.add([line(1), line(2)])
  expect(texts(heard)).toEqual([1, 2])
  heard.add([line(3)])
  heard.empty()
  heard.add([line(4)])
  expect(texts(heard)).toEqual([4])
})

test('only the newest are kept, however many come at once', () => {
  const heard = createHeard(3)
  heard.add([line(1), line(2)])
  heard.show()
  heard.add([line(3), line(4)])
  expect(texts(heard)).toEqual([2, 3, 4])
  heard.add([5, 6, 7, 8].map(line))
  expect(texts(heard)).toEqual([6, 7, 8])
})

test('what was written before stands in front, and a line that was both read and heard stands once', () => {
  const heard = createHeard()
  heard.add([line(2), line(3)])
  heard.show()
  // The same text twice, read with other numbers than those it was heard with.
  const again = (seq: number, of: number) => ({ ...line(of), seq })
  heard.begin([again(11, 1), again(12, 2)])
  expect(texts(heard)).toEqual([11, 12, 3])
  heard.add([line(1), line(2), line(4)])
  expect(texts(heard)).toEqual([11, 12, 3, 2, 4])
})
