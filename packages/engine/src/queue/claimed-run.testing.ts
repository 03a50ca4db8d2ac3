import type { ClaimedRun } from '../store/hot.ts'

/** A run as a claim answers it, for tests that need no store. */
export function claimedRun(id: number, given: Partial<ClaimedRun> = {}): ClaimedRun {
  const place = { org: 'main', queue: 'default', priority: 2, vtime: 0, job: 'pay' }
  return { id, epoch: 1, attempt: 1, ...place, payload: '{}', options: null, createdAt: 0, ...given }
}
