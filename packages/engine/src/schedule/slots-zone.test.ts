import { describe, expect, test } from 'vitest'
import { zonePeriodAt } from './slots-zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('a period of a zone', () => {
  test('lies between two changes of its clocks, and knows the offset before', () => {
    expect(zonePeriodAt('Europe/Paris', Date.UTC(2026, 6, 14))).toEqual({
      start: Date.parse('2026-03-29T01:00Z'),
      end: Date.parse('2026-10-25T01:00Z'),
      offset: 2 * HOUR,
      offsetBefore: HOUR,
    })
  })

  test('begins and ends at the very instant of the change', () => {
    const change = Date.parse('2026-03-29T01:00Z')
    expect(zonePeriodAt('Europe/Paris', change - 1)).toMatchObject({ end: change, offset: HOUR })
    expect(zonePeriodAt('Europe/Paris', change)).toMatchObject({ start: change, offset: 2 * HOUR })
  })

  test('holds the instant asked about, in a zone that never changes as well', () => {
    for (const instant of [Date.UTC(1969, 0, 1), 0, Date.UTC(2026, 0, 1), Date.UTC(2999, 11, 31)]) {
      const { start, end, offset, offsetBefore } = zonePeriodAt('Asia/Kolkata', instant)
      expect([offset, offsetBefore]).toEqual([5.5 * HOUR, 5.5 * HOUR])
      expect(start).toBeLessThanOrEqual(instant)
      expect(end).toBeGreaterThan(instant)
    }
  })

  test.each([
    ['UTC', '2026-01-01T00:00Z', 0],
    ['America/St_Johns', '2026-01-01T00:00Z', -3.5 * HOUR],
    ['Asia/Kathmandu', '2026-01-01T00:00Z', 5.75 * HOUR],
    ['Pacific/Kiritimati', '2026-01-01T00:00Z', 14 * HOUR],
    ['Europe/Paris', '1900-01-01T00:00Z', 9 * MINUTE + 21_000],
    ['America/New_York', '1880-01-01T00:00Z', -(4 * HOUR + 56 * MINUTE + 2_000)],
  ])('has the offset of its zone, to the second: %s at %s', (zone, instant, offset) => {
    expect(zonePeriodAt(zone, Date.parse(instant)).offset).toBe(offset)
  })

  test('can be as short as a week', () => {
    // Boa Vista took back its summer time a week after it had begun, at a midnight that came an hour early.
    const { start, end } = zonePeriodAt('America/Boa_Vista', Date.UTC(2000, 9, 12))
    expect(end - start).toBe(7 * DAY - HOUR)
  })

  test('that leaps a whole day knows it', () => {
    // Apia had no 30 December 2011.
    const { offset, offsetBefore } = zonePeriodAt('Pacific/Apia', Date.UTC(2011, 11, 31))
    expect([offset, offsetBefore]).toEqual([14 * HOUR, -10 * HOUR])
  })

  test('knows of a change shortly before the stretch of time that was looked at', () => {
    // Offsets are looked up in chunks of 400 days since 1970. The instant is the first of a chunk that begins less than
    // four days after a change.
    const found = changesShortlyBeforeChunks('Europe/Paris')
    expect(found.length).toBeGreaterThan(0)
    for (const { chunk, change } of found) {
      expect(zonePeriodAt('Europe/Paris', chunk)).toMatchObject({ start: change })
      expect(zonePeriodAt('Europe/Paris', chunk).offsetBefore).not.toBe(zonePeriodAt('Europe/Paris', chunk).offset)
    }
  })
})

/** The starts of chunks between 1990 and 2990 before which clocks have changed within three days. */
function changesShortlyBeforeChunks(zone: string) {
  const chunks = Array.from({ length: 900 }, (_, index) => (index + 20) * 400 * DAY)
  return chunks.flatMap((chunk) => {
    const change = zonePeriodAt(zone, chunk - 1).start
    return chunk - change < 3 * DAY ? [{ chunk, change }] : []
  })
}
