import type { EndedAttempt, QueueStatus } from '@regie/engine'
import type { Meter } from './metrics.ts'

const WAIT_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600]
const DURATION_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600]

/** Reports each ended attempt, and at each scrape what `queues` says; give the answer to the engine as `onAttempt`. */
export function jobMetrics(
  meter: Meter,
  queues: () => Promise<readonly QueueStatus[]>,
): (attempt: EndedAttempt) => void {
  const wait = meter.createHistogram('regie_job_wait_seconds', {
    description: 'Time from due to start, of first attempts.',
    advice: { explicitBucketBoundaries: WAIT_BUCKETS },
  })
  const duration = meter.createHistogram('regie_job_duration_seconds', {
    description: 'Time from start to end of an attempt.',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  })
  const attempts = meter.createCounter('regie_job_attempts', { description: 'Attempts that ended in this process.' })
  const depth = meter.createObservableGauge('regie_job_queue_depth', {
    description: 'Runs by queue and state, over all processes.',
  })
  const oldest = meter.createObservableGauge('regie_job_queue_oldest_age_seconds', {
    description: 'Age of the oldest queued run.',
  })
  const paused = meter.createObservableGauge('regie_job_queue_paused', { description: '1 while the queue is paused.' })
  meter.addBatchObservableCallback(
    async (result) => {
      for (const queue of await queues()) {
        for (const state of ['queued', 'scheduled', 'blocked', 'running'] as const) {
          result.observe(depth, queue[state], { queue: queue.name, state })
        }
        result.observe(oldest, (queue.oldestMs ?? 0) / 1_000, { queue: queue.name })
        result.observe(paused, queue.pausedAt === undefined ? 0 : 1, { queue: queue.name })
      }
    },
    [depth, oldest, paused],
  )
  return ({ job, queue, outcome, queuedMs, durationMs }) => {
    attempts.add(1, { job, queue, outcome })
    if (queuedMs !== undefined) wait.record(queuedMs / 1_000, { job, queue })
    duration.record(durationMs / 1_000, { job, queue })
  }
}
