import type { World } from './world.ts'

/** What befalls one statement. */
export type Fault =
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' }
  /** SQLite refuses it: 5 the lock is taken, 10 the disk cannot be read or written, 13 it is full. */
  | { readonly kind: 'refusal'; readonly code: 5 | 10 | 13; readonly rollsBack: boolean }
  | { readonly kind: 'delay'; readonly ms: number }

/** How often what goes wrong, as shares of statements; processes as shares of a second. */
export interface FaultRates {
  readonly crash: number
  readonly refusal: number
  readonly delay: number
  /** Per process and second: stopped for a while, killed between two turns, asked to stop and started again. */
  readonly stop: number
  readonly kill: number
  readonly restart: number
  /** Per second: the clock on the wall is set. */
  readonly clock: number
}

/** Each world has some kinds of faults, not all: what one hides another shows. */
export function drawRates(world: World): FaultRates {
  const some = (share: number, most: number): number => (world.chance(share) ? most * world.random() : 0)
  return {
    crash: some(0.5, 0.006),
    refusal: some(0.5, 0.02),
    delay: some(0.4, 0.01),
    stop: some(0.4, 0.06),
    kill: some(0.4, 0.05),
    restart: some(0.3, 0.04),
    clock: some(0.25, 0.15),
  }
}

const REFUSABLE = /^\s*(begin|commit|select|insert|update|delete|with)/i

/** Draws what befalls a statement; undefined for nothing. */
export function drawFault(world: World, rates: FaultRates, sql: string): Fault | undefined {
  if (world.chance(rates.crash)) return { kind: 'crash', when: world.chance(0.5) ? 'before' : 'after' }
  if (world.chance(rates.delay)) return { kind: 'delay', ms: world.random() ** 3 * 3_000 }
  // SQLite cannot fail to roll back, nor to set or release a savepoint.
  if (!REFUSABLE.test(sql) || !world.chance(rates.refusal)) return undefined
  if (/^\s*begin/i.test(sql)) return { kind: 'refusal', code: world.chance(0.8) ? 5 : 10, rollsBack: false }
  const isRead = /^\s*select/i.test(sql)
  const code = !isRead && world.chance(0.4) ? 13 : 10
  return { kind: 'refusal', code, rollsBack: !isRead && world.chance(0.4) }
}
