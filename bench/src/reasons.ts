const memory =
  'Kysely, Zod and the heartbeat thread are resident, up to 512 runs are held ahead, and on SQLite the whole store with its cache is inside.'
const claim =
  'The statement also checks the fence, four priorities and pauses, and writes the lease; BullMQ moves one entry in memory.'

/** Why one of ours is behind in one figure, by `<contestant> <figure>`: a sentence for the report. */
export const reasons: Readonly<Record<string, string>> = {
  'regie-postgres claim-p50': claim,
  'regie-postgres claim-p95': claim,
  'regie-postgres claim-p99': claim,
  'regie-sqlite memory': memory,
  'regie-postgres memory': memory,
}
