import { useEffect, useState } from 'react'
import type { Queue } from '../api.gen.ts'

/** How it was at one moment. */
export interface Depth {
  readonly at: number
  readonly queued: number
  readonly running: number
  /** What waits, by queue. */
  readonly byQueue: Readonly<Record<string, number>>
}

const KEPT = 300

/** How deep the queues were, as long as the page has been open; `at` is when each answer came. */
export function useDepths(queues: readonly Queue[] | undefined, at: number): readonly Depth[] {
  const [depths, setDepths] = useState<readonly Depth[]>([])
  useEffect(() => {
    if (queues === undefined) return
    setDepths((kept) => {
      if (kept.at(-1)?.at === at) return kept
      const sum = (of: (queue: Queue) => number) => queues.reduce((total, queue) => total + of(queue), 0)
      const now: Depth = {
        at,
        queued: sum(({ queued }) => queued),
        running: sum(({ running }) => running),
        byQueue: Object.fromEntries(queues.map(({ name, queued }) => [name, queued])),
      }
      return [...kept, now].slice(-KEPT)
    })
  }, [queues, at])
  return depths
}
