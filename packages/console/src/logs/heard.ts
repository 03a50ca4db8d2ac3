import type { LogLine } from './line.ts'

/** How many lines are kept. */
export const KEPT = 50_000

/** Lines that were heard: those that are shown, and those of the last moment, which are shown together. */
export interface Heard {
  add(lines: readonly LogLine[]): void
  /** Puts what was written before in front; the newest of them are or will be heard, too, and stay once. */
  begin(lines: readonly LogLine[]): void
  /** Puts what is waiting behind what was shown; answers all that is shown now. */
  show(): readonly LogLine[]
  /** Forgets all. */
  empty(): void
}

/** Keeps the newest 50,000. */
export function createHeard(kept = KEPT): Heard {
  let shown: readonly LogLine[] = []
  let waiting: LogLine[] = []
  let begun = new Map<string, number>()
  let begunUntil = Number.NEGATIVE_INFINITY
  const isNew = (line: LogLine): boolean => {
    if (line.at > begunUntil || line.gap !== undefined) return true
    const text = JSON.stringify(line.fields)
    const count = begun.get(text) ?? 0
    if (count > 0) begun.set(text, count - 1)
    return count === 0
  }
  return {
    add: (lines) => void waiting.push(...lines.filter(isNew)),
    begin(lines) {
      begun = new Map()
      for (const { fields } of lines) {
        const text = JSON.stringify(fields)
        begun.set(text, (begun.get(text) ?? 0) + 1)
      }
      begunUntil = lines.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY)
      waiting = [...lines, ...[...shown, ...waiting].filter(isNew)]
      shown = []
    },
    show() {
      const fresh = waiting.slice(-kept)
      waiting = []
      // One copy: a second one of 50,000 each time would keep the garbage collector busy.
      shown = shown.slice(Math.max(0, shown.length + fresh.length - kept)).concat(fresh)
      return shown
    },
    empty() {
      shown = []
      waiting = []
      begun = new Map()
    },
  }
}
