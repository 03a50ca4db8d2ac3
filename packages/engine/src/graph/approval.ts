import { z } from 'zod'
import { type Signal, signal } from '../workflow/signal.ts'

const decision = z.object({
  approved: z.boolean(),
  /** Who decided, for the record. */
  by: z.string().min(1).max(200),
  comment: z.string().max(10_000).optional(),
})

/** What somebody decided about an `approval` node. */
export type Decision = z.output<typeof decision>

/** The signal that decides an `approval` node: send it with the {@link approvalKey} of the run and the node. */
export const approval: Signal<z.input<typeof decision>, Decision> = signal({
  name: 'engine.approval',
  payload: decision,
})

/** Where the decision about an `approval` node of a run is sent; `step` is the node's id, in a loop with its index: `ask[2]`. */
export function approvalKey(run: number, step: string): string {
  return `${run}:${step}`
}

/** An approval that a run waits for, as its published state shows it under `approvals`. */
export interface PendingApproval {
  readonly step: string
  readonly key: string
  readonly who: readonly string[]
  readonly what: string
}
