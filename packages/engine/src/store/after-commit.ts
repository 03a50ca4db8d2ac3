/** Runs what was to happen after a commit. A callback that throws harms nobody else: the commit stands. */
export function runAll(callbacks: readonly (() => void)[]): void {
  for (const callback of callbacks) {
    try {
      callback()
    } catch (error) {
      // Thrown where nobody waits for it, so that it is seen as what it is: a fault of that callback.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
