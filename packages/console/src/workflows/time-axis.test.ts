import { expect, test } from 'vitest'
import { figuresFor } from '../i18n/figures.ts'
import { densityOf, panned, rangeOf, rangeText, roundStep, ticksOf, within, zoomed } from './time-axis.ts'

const whole = { from: 1_000, to: 61_000 }

test('an axis is marked at round steps after the beginning, as many as there is room for', () => {
  expect(roundStep(60_000, 6)).toBe(10_000)
  expect(roundStep(60_000, 5)).toBe(15_000)
  expect(roundStep(97, 10)).toBe(10)
  expect(roundStep(3 * 86_400_000, 8)).toBe(12 * 3_600_000)
  expect(roundStep(10, 0)).toBe(10)
  expect(ticksOf({ from: 13_500, to: 32_000 }, 1_000, 10_000)).toEqual([21_000, 31_000])
  expect(ticksOf(whole, 1_000, 30_000)).toEqual([1_000, 31_000, 61_000])
})

test('zooming keeps what is under the pointer where it is, and ends at the whole and at ten milliseconds', () => {
  const closer = zoomed(whole, 0.5, 16_000, whole)
  expect(closer).toEqual({ from: 8_500, to: 38_500 })
  expect((16_000 - closer.from) / (closer.to - closer.from)).toBe((16_000 - whole.from) / 60_000)
  expect(zoomed(closer, 0.5, closer.to, whole)).toEqual({ from: 23_500, to: 38_500 })
  expect(zoomed(closer, 100, 16_000, whole)).toEqual(whole)
  const closest = zoomed(whole, 0.000_001, 30_000, whole)
  expect(closest.to - closest.from).toBeCloseTo(10)
  expect(zoomed({ from: 0, to: 4 }, 0.5, 2, { from: 0, to: 4 })).toEqual({ from: 0, to: 4 })
})

test('moving stops at both ends', () => {
  const range = { from: 11_000, to: 21_000 }
  expect(panned(range, 0.5, whole)).toEqual({ from: 16_000, to: 26_000 })
  expect(panned(range, -5, whole)).toEqual({ from: 1_000, to: 11_000 })
  expect(panned(range, 50, whole)).toEqual({ from: 51_000, to: 61_000 })
  expect(within({ from: -5, to: 999_999 }, whole)).toEqual(whole)
})

test('the overview counts what is under way in each part', () => {
  const steps = [
    { from: 0, to: 10 },
    { from: 5, to: 95 },
    { from: 90, to: 400 },
  ]
  expect(densityOf(steps, { from: 0, to: 100 }, 10)).toEqual([2, 2, 1, 1, 1, 1, 1, 1, 1, 2])
})

test('a range is kept in an address, and nonsense there is no range', () => {
  expect(rangeText({ from: 2_000.4, to: 9_000 }, 1_000)).toBe('1000-8000')
  expect(rangeOf('1000-8000', 1_000)).toEqual({ from: 2_000, to: 9_000 })
  for (const text of ['', '5', '9-3', '4-4', '-1-5', 'a-b']) expect(rangeOf(text, 0)).toBeUndefined()
})

test('a lapse names its largest units, as exactly as its axis is marked, in both languages', () => {
  const [en, fr] = [figuresFor('en', 'UTC'), figuresFor('fr', 'UTC')]
  const said = (ms: number, stepMs: number) => en.lapse(ms, stepMs).replaceAll('\u00a0', ' ')
  expect(said(0, 10_000)).toBe('0 s')
  expect(said(250, 50)).toBe('250 ms')
  expect(said(12_345, 5)).toBe('12.345 s')
  expect(said(12_300, 100)).toBe('12.3 s')
  expect(said(75_000, 15_000)).toBe('1 min 15 s')
  expect(said(120_000, 15_000)).toBe('2 min')
  expect(said(5_400_000, 1_800_000)).toBe('1 h 30 min')
  expect(said(3_603_250, 50)).toBe('1 h 3.25 s')
  expect(said(2 * 86_400_000 + 6 * 3_600_000, 6 * 3_600_000)).toBe('2 d 6 h')
  expect(fr.lapse(86_400_000 + 60_500, 500).replace(/\s/g, ' ')).toBe('1 j 1 min 0,5 s')
})
