const real = globalThis.setTimeout
const LONG_MS = 100
const FASTER = 25

/** After faults a worker waits in real time, seconds in all; here it waits a fraction of that. Answers how to end it. */
export function hurry(): () => void {
  const quick = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): NodeJS.Timeout =>
    real(callback, delayMs < LONG_MS ? delayMs : delayMs / FASTER, ...args)
  Object.assign(globalThis, { setTimeout: Object.assign(quick, real) })
  return () => Object.assign(globalThis, { setTimeout: real })
}
