import type { Check } from '@regie/platform'
import type { Quotes } from '../regie.ts'
import { stuckSendings } from './store.ts'

// Eight attempts take some fifteen minutes; what is put right every quarter of an hour has had two chances.
const TOO_LONG_MS = 3_600_000

/** Quotes do not stay `sending`. Another process could do no better, so it only advises. */
export const sendingsGoOn: Check<Quotes> = {
  name: 'sendings',
  advisory: true,
  async probe(ctx) {
    const stuck = await stuckSendings(ctx.db, ctx.clock.now() - TOO_LONG_MS, 1)
    if (stuck.length === 0) return
    throw new Error(`quote ${stuck[0]} is being sent for over an hour: regie schedules run cleanup.stuck-operations`)
  },
}
