/** A queue as the API shows it. */
export interface Queue {
  readonly name: string
  readonly queued: number
  readonly scheduled: number
  readonly blocked: number
  readonly running: number
  readonly oldestMs?: number
  readonly pausedAt?: string
  readonly pausedReason?: string
}
