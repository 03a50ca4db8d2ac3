/** What the store has told the outside world, written down where no cut of its disk can reach it. */
export interface Promises {
  /** Runs whose enqueue was acknowledged. */
  readonly enqueued: Set<number>
  /** Runs whose handler was started. */
  readonly started: Set<number>
  /** Runs that somebody has read to have ended. */
  readonly ended: Set<number>
  /** Runs whose `ctx.complete` was acknowledged. */
  readonly completed: Set<number>
  /** Orders whose transaction was acknowledged. */
  readonly orders: Set<number>
}

/** Nothing promised yet. */
export function noPromises(): Promises {
  return { enqueued: new Set(), started: new Set(), ended: new Set(), completed: new Set(), orders: new Set() }
}
