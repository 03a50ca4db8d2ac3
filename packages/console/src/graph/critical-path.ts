import { succession, type Timed } from './succession.ts'

/**
 * The steps that made a workflow take as long as it did, by their places, the first one first. It goes back from the step
 * that ended last, or has not ended, always to the one that had ended last when the step began. Whatever else becomes
 * quicker, the whole does not.
 */
export function criticalPath(steps: readonly Timed[], { last, end } = succession(steps)): readonly number[] {
  let index = -1
  end.forEach((instant, place) => {
    if (index === -1 || instant >= (end[index] ?? 0)) index = place
  })
  const path: number[] = []
  for (; index >= 0; index = last[index] ?? -1) path.push(index)
  return path.reverse()
}
