import { type Engine, EngineError, isEngineError, type RunDetail } from '@regie/engine'
import { z } from 'zod'
import type { ForeignReads } from '../audit/foreign-reads.ts'
import { mayDo, type Principal } from '../auth/principal.ts'
import { hasStarted } from '../auth/wish.ts'
import type { Call } from '../http/endpoint.ts'
import { seesEverywhere } from './reach.ts'

/** The run that an address names. */
export const oneRun = z.object({ id: z.coerce.number().int().positive() })

/** Longest delay of a run: ten years, in milliseconds. An instant that no calendar has could not be shown any more. */
export const MOST_DELAY_MS = 315_360_000_000

/** What one may hold to deal with the runs of others. */
export type RunPermission = 'runs.read' | 'runs.manage'

/** Where runs are, and where looks at those of others are recorded. */
export interface SeenRuns {
  readonly engine: Engine
  readonly reads: ForeignReads
}

/**
 * A run that whoever asks may look at: what they may {@link ownRun deal with}, and for who sees everywhere those of other
 * organisations, which is recorded. Throws `RUN_UNKNOWN`.
 */
export async function seenRun(
  { engine, reads }: SeenRuns,
  id: number,
  call: Pick<Call, 'principal' | 'requestId'>,
): Promise<RunDetail> {
  const principal = call.principal()
  const run = await findRun(engine, id)
  if (!isForeignSight(principal, run)) return ownRun(engine, id, call)
  await reads.note({ principal, requestId: call.requestId, at: run.org, after: { run: id } })
  return run
}

/** True for what belongs to another organisation and is seen all the same. */
export function isForeignSight<Thing extends { readonly org: string }>(
  principal: Principal,
  thing: Thing | undefined,
): thing is Thing {
  return (
    thing !== undefined && thing.org !== principal.org && mayDo(principal, 'runs.read') && seesEverywhere(principal)
  )
}

/**
 * A run that whoever asks may deal with: any of the organisation for who holds the permission, for others what they started.
 * Another one is as unknown as none. Throws `RUN_UNKNOWN`.
 */
export async function ownRun(
  engine: Engine,
  id: number,
  call: Pick<Call, 'principal'>,
  permission: RunPermission = 'runs.read',
): Promise<RunDetail> {
  const principal = call.principal()
  const run = await findRun(engine, id)
  if (run !== undefined && mayDealWith(principal, run, permission)) return run
  const others = mayDo(principal, permission) ? '' : `, or others started it and it needs the permission ${permission}`
  const message = `there is no run ${id}: it may have been forgotten after its retention${others}`
  throw new EngineError('RUN_UNKNOWN', message)
}

/** Says so of a run that whoever asks has started. */
export function ownOf(call: Pick<Call, 'principal'>, run: RunDetail): { readonly own?: true } {
  return hasStarted(call.principal(), run) ? { own: true } : {}
}

/** True when a principal without the permission may follow a run all the same, because they started it. */
export async function mayFollow(engine: Engine, principal: Principal, id: number): Promise<boolean> {
  const run = await findRun(engine, id)
  return run !== undefined && hasStarted(principal, run)
}

function mayDealWith(principal: Principal, run: RunDetail, permission: RunPermission): boolean {
  return run.org === principal.org && (mayDo(principal, permission) || hasStarted(principal, run))
}

async function findRun(engine: Engine, id: number): Promise<RunDetail | undefined> {
  try {
    return await engine.runs.get(id)
  } catch (error) {
    if (isEngineError(error, 'RUN_UNKNOWN')) return undefined
    throw error
  }
}
