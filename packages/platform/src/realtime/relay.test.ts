import { expect, test } from 'vitest'
import { joinParts, partsOf } from './parts.ts'
import { Relay } from './relay.ts'

const LOST = '{"lost":true}'
const wait = { interval: 1 }

/** A process that takes a batch when it is let. */
function slow() {
  const heard: string[] = []
  let take = Promise.withResolvers<void>()
  return {
    heard,
    send(batch: string) {
      heard.push(...batch.split('\n'))
      return take.promise
    },
    read() {
      take.resolve()
      take = Promise.withResolvers()
      take.resolve()
    },
  }
}

test('one that does not read costs a bounded memory, loses lines, and is told where', async () => {
  const relay = new Relay()
  const [stuck, quick] = [slow(), slow()]
  const speaker = relay.join(async () => {})
  const place = relay.join(stuck.send)
  relay.join(quick.send)
  quick.read()
  const line = (n: number) => `{"n":${n},"text":"${'x'.repeat(1_000)}"}`
  for (let n = 0; n < 5_000; n += 1) {
    speaker.say(line(n))
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await expect.poll(() => quick.heard.length, wait).toBe(5_000)
  expect(place.waiting()).toBeLessThanOrEqual(2_097_152 + LOST.length)
  stuck.read()
  await expect.poll(place.waiting, wait).toBe(0)
  speaker.say('{"n":5000}')
  await expect.poll(() => stuck.heard.at(-1), wait).toBe('{"n":5000}')
  const gap = stuck.heard.indexOf(LOST)
  expect(stuck.heard.slice(0, gap)).toEqual(Array.from({ length: gap }, (_, n) => line(n)))
  expect(gap).toBeGreaterThan(1_000)
  expect(stuck.heard.slice(gap)).toEqual([LOST, '{"n":5000}'])
})

test('of one that has ended nothing is kept', async () => {
  const relay = new Relay()
  const gone = slow()
  const place = relay.join(gone.send)
  const speaker = relay.join(async () => {})
  speaker.say('1')
  place.leave()
  speaker.say('2')
  expect(place.waiting()).toBe(0)
  expect(gone.heard).toEqual([])
})

test('a text that is longer than a notification arrives in parts, between those of others', () => {
  const long = 'aé€😀'.repeat(1_000)
  const parts = [...partsOf(long, 777)]
  expect(parts.length).toBeGreaterThan(12)
  for (const { text } of parts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(777)
  const join = joinParts()
  const whole = parts.flatMap((part) => [join('a', part), join('b', { isLast: true, text: 'short' })])
  expect(whole.filter((text) => text !== undefined)).toEqual([...parts.slice(1).map(() => 'short'), long, 'short'])
})
