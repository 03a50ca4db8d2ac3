import type { Clock } from '@regie/engine'

/** Lets time pass, or less of it once `signal` is aborted; never rejects. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = clock.setTimer(() => end(), ms)
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
  })
}
