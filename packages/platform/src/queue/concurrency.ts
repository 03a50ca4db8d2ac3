/** How many runs of one queue a worker takes at the same time. */
export const QUEUE_CONCURRENCY = 10
