import type { LogLine } from './line.ts'

/** How many lines are kept. */
const KEPT = 50_000

/** Lines that were heard: those that are shown, and those of the last moment, which are shown together. */
export interface Heard {
  add(lines: readonly LogLine[]): void
  /** Puts what is waiting behind what was shown; answers all that is shown now. */
  show(): readonly LogLine[]
  /** Forgets both. */
  empty(): void
}

/** Keeps the newest 50,000. */
export function createHeard(kept = KEPT): Heard {
  let shown: readonly LogLine[] = []
  let waiting: LogLine[] = []
  return {
    add: (lines) => void waiting.push(...lines),
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
    },
  }
}
