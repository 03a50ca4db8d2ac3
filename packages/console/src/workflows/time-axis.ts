/** From when to when something is shown, in milliseconds UTC. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Nothing shorter is shown: times are known by the millisecond. */
const LEAST_MS = 10

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
// Round for a person: by tens below a second and above a day, as on a clock between them.
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * DAY),
]

/** The smallest round step of which at most `most` fit into a length of time, in milliseconds. */
export function roundStep(lengthMs: number, most: number): number {
  return STEPS.find((step) => lengthMs / step <= Math.max(1, most)) ?? 1_000 * DAY
}

/** The instants of a range at which its axis is marked: whole steps after the origin. */
export function ticksOf({ from, to }: Range, origin: number, stepMs: number): readonly number[] {
  const first = Math.ceil((from - origin) / stepMs)
  const count = Math.max(0, Math.floor((to - origin) / stepMs) - first + 1)
  return Array.from({ length: count }, (_, index) => origin + (first + index) * stepMs)
}

/** A range moved and shortened so that it lies within the whole. */
export function within({ from, to }: Range, whole: Range): Range {
  const most = whole.to - whole.from
  const length = Math.min(Math.max(to - from, Math.min(LEAST_MS, most)), most)
  const start = Math.min(Math.max(from, whole.from), whole.to - length)
  return { from: start, to: start + length }
}

/** A range `factor` times as long (below 1 is closer), with the instant `at` staying where it is on the screen. */
export function zoomed({ from, to }: Range, factor: number, at: number, whole: Range): Range {
  const length = Math.min(Math.max((to - from) * factor, LEAST_MS), whole.to - whole.from)
  const share = to === from ? 0.5 : (at - from) / (to - from)
  const start = at - share * length
  return within({ from: start, to: start + length }, whole)
}

/** A range moved by a share of its own length; a negative one goes back. */
export function panned({ from, to }: Range, share: number, whole: Range): Range {
  const by = (to - from) * share
  return within({ from: from + by, to: to + by }, whole)
}

/** How many intervals are under way in each of `count` equal parts of the whole. */
export function densityOf(intervals: readonly Range[], whole: Range, count: number): readonly number[] {
  const changes = new Array<number>(count + 1).fill(0)
  const partOf = (at: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(((at - whole.from) / (whole.to - whole.from)) * count)))
  for (const { from, to } of intervals) {
    const [first, last] = [partOf(from), partOf(to)]
    changes[first] = (changes[first] ?? 0) + 1
    changes[last + 1] = (changes[last + 1] ?? 0) - 1
  }
  let sum = 0
  return changes.slice(0, count).map((change) => {
    sum += change
    return sum
  })
}

/** A range as the address keeps it: milliseconds after the origin. */
export function rangeText({ from, to }: Range, origin: number): string {
  return `${Math.round(from - origin)}-${Math.round(to - origin)}`
}

/** What the address says, if it says a range. */
export function rangeOf(text: string, origin: number): Range | undefined {
  const [, from, to] = /^(\d{1,13})-(\d{1,13})$/.exec(text) ?? []
  const range = { from: origin + Number(from), to: origin + Number(to) }
  return range.to > range.from ? range : undefined
}
