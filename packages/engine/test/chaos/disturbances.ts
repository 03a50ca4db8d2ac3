import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '@regie/engine'
import { pick } from '../seeded-random.ts'
import type { OwnPostgres } from './postgres.ts'
import { cutConnections } from './store.ts'
import type { Disturbed } from './trial.ts'

/** Kills one of the workers every `everyMs`, as the kernel kills, and lets another take its place at once. */
export function killing(workers: number, everyMs: number, random: Random) {
  return async ({ fleet, ledger, signal }: Disturbed): Promise<void> => {
    while (await passed(everyMs, signal)) {
      const victim = fleet.kill(pick(random, workers))
      if (victim > 0) ledger.write({ kind: 'kill', victim })
    }
  }
}

/** Crashes the server every `everyMs` and starts it again, and cuts all connections in between; counts the crashes. */
export function crashing(server: OwnPostgres, everyMs: number, count: () => void) {
  return async ({ signal }: Disturbed): Promise<void> => {
    while (await passed(everyMs / 2, signal)) {
      await server.restart('immediate')
      count()
      if (await passed(everyMs / 2, signal)) await cutConnections(server.url)
    }
  }
}

async function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  await wait(ms, undefined, { signal }).catch(() => {})
  return !signal.aborted
}
