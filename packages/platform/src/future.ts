import { PlatformError } from './errors.ts'

/** Throws `INSTANT_PASSED` unless an end (milliseconds UTC) lies in the future; none is well. */
export function requireFuture(until: number | undefined, now: number): void {
  if (until === undefined || until > now) return
  const message = `until, ${new Date(until).toISOString()}, has passed: choose an instant in the future`
  throw new PlatformError('INSTANT_PASSED', message, {
    status: 422,
    issues: [{ path: 'until', code: 'passed', message: 'Has passed.' }],
  })
}
