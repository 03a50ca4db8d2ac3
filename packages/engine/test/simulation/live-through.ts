import { type Outcome, simulate } from './simulate.ts'
import { makeTemplate } from './template.ts'

/** Lives through worlds one after the other; throws at the first that breaks a promise, with what it needs to be found again. */
export async function liveThrough(seeds: Iterable<number>): Promise<readonly Outcome[]> {
  using template = await makeTemplate()
  const outcomes: Outcome[] = []
  for (const seed of seeds) {
    const outcome = await simulate(seed, template)
    if (outcome.failure !== undefined) throw new Error(report(outcome, outcome.failure))
    outcomes.push(outcome)
  }
  return outcomes
}

/** Every seed from one to before another. */
export function seedsFrom(from: number, end: number): readonly number[] {
  return Array.from({ length: end - from }, (_, index) => from + index)
}

/** What a person needs to see a failure again. */
export function report({ seed }: Outcome, { message, trace }: NonNullable<Outcome['failure']>): string {
  return `${trace.join('\n')}\n\nseed ${seed}: ${message}\nThe same world again: npm run simulate -- --seed ${seed}`
}
