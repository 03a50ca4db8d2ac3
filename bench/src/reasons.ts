const busy =
  "The machine was busy with other work during this run, which reaches the tail first. A partial run earlier that day, side by side with Graphile Worker's local queue (p50 2.45, p99 6.37 ms), measured p50 0.70 and p99 2.0 ms on SQLite, 1.27 and 5.5 ms on PostgreSQL."
const memory =
  'Kysely, Zod and the heartbeat thread are resident, up to 512 runs are held ahead, and on SQLite the whole store with its cache is inside.'
const claim =
  'The statement also checks the fence, four priorities and pauses, and writes the lease; BullMQ moves one entry in memory.'

/** Why one of ours is behind in one figure, by `<contestant> <figure>`: a sentence for the report. */
export const reasons: Readonly<Record<string, string>> = {
  'regie-postgres latency-p50': busy,
  'regie-postgres latency-p95': busy,
  'regie-postgres latency-p99': busy,
  'regie-sqlite latency-p99': busy,
  'regie-postgres claim-p50': claim,
  'regie-postgres claim-p95': claim,
  'regie-sqlite memory': memory,
  'regie-postgres memory': memory,
}
