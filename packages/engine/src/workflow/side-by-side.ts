import { EngineError } from '../errors.ts'

/** Runs functions, at most `concurrency` at a time and in order. Answers their results, or the first error at once. */
export async function sideBySide(
  works: readonly (() => Promise<unknown>)[],
  concurrency: number,
): Promise<readonly unknown[]> {
  if (works.length > 0 && !(Number.isInteger(concurrency) && concurrency >= 1))
    throw new EngineError('JOB_INVALID', `wf.all runs ${concurrency} at a time: give a whole number from 1`)
  const results: unknown[] = new Array(works.length)
  const rest = works.entries()
  const lane = async (): Promise<void> => {
    // All lanes draw from the same list.
    for (const [index, work] of rest) results[index] = await work()
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, works.length) }, lane))
  return results
}
