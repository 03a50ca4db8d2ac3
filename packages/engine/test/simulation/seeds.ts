/** A world that once went wrong, and what was repaired. It is lived through in each test run. */
export interface Regression {
  readonly seed: number
  readonly found: string
}

/**
 * A seed means the same world as long as this folder does not change; whoever changes it and finds a bug again by another
 * seed keeps that one. What can be said without a world is a sentence of the conformance suite as well.
 */
export const REGRESSIONS: readonly Regression[] = [
  { seed: 343, found: 'a gate was forgotten between a refusal and its being written down, and let nobody in any more' },
  { seed: 304, found: 'a run retried in the commit after its completion was put back into the lease it had left' },
  { seed: 3660, found: 'the failure of an attempt whose completion had committed ended the next life of its run' },
]
