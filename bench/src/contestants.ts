import type { Contestant } from './contestant.ts'

/** Modules are loaded by need, so that no contestant's memory holds another's code. */
const LINE_UP: Readonly<Record<string, () => Promise<Contestant>>> = {
  'regie-sqlite': async () => (await import('./contestants/regie.ts')).regieSqlite,
  'regie-postgres': async () => (await import('./contestants/regie.ts')).regiePostgres,
  bullmq: async () => (await import('./contestants/bullmq.ts')).bullmqSynced,
  'bullmq-postgres': async () => (await import('./contestants/bullmq.ts')).bullmqPostgres,
  'graphile-worker': async () => (await import('./contestants/graphile-worker.ts')).graphileWorker,
  'graphile-worker-batched': async () => (await import('./contestants/graphile-worker.ts')).graphileWorkerBatched,
  'pg-boss': async () => (await import('./contestants/pg-boss.ts')).pgBoss,
  dbos: async () => (await import('./contestants/dbos.ts')).dbos,
  'regie-sqlite-fast': async () => (await import('./contestants/regie.ts')).regieSqliteFast,
  'bullmq-unsynced': async () => (await import('./contestants/bullmq.ts')).bullmqUnsynced,
}

/** All names, in the order of the report. */
export const contestantNames: readonly string[] = Object.keys(LINE_UP)

/** Throws when no contestant has that name. */
export async function loadContestant(name: string): Promise<Contestant> {
  const load = LINE_UP[name]
  if (!load) throw new Error(`No contestant is called ${name}; there are ${contestantNames.join(', ')}`)
  return load()
}
