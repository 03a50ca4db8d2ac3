import process from 'node:process'
import type { Place } from './contestant.ts'
import { loadContestant } from './contestants.ts'
import { bytesWritten, type Findings, perform, type Task } from './tasks.ts'

/** One order per process; the process ends after its answer. */
export interface Order {
  readonly contestant: string
  readonly place: Place
  readonly migrate: boolean
  readonly task: Task
}

/** Findings, and what the process itself used. */
export interface Answer extends Findings {
  readonly peakRssMb: number
  readonly bytesWritten?: number
}

async function answer(order: Order): Promise<Answer> {
  const contestant = await loadContestant(order.contestant)
  const session = await contestant.open(order.place, { migrate: order.migrate })
  const findings = await perform(session, order.task)
  const peakRssMb = process.resourceUsage().maxRSS / 1_024
  // What is left waiting on purpose must not hold up the next measurement: only loading is closed cleanly.
  if (order.task.kind === 'load' || order.task.kind === 'preload') await session[Symbol.asyncDispose]()
  const written = await bytesWritten()
  return { ...findings, peakRssMb, ...(written === undefined ? {} : { bytesWritten: written }) }
}

process.once('message', (order: Order) => {
  answer(order).then(
    (found) => process.send?.({ found }, () => process.exit(0)),
    (error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      process.send?.({ error: message }, () => process.exit(1))
    },
  )
})
