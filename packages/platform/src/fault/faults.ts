import type { Database, Engine, ErrorGroup, RunFilter } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { requireFuture } from '../future.ts'
import {
  type DecidedFault,
  deleteFaults,
  type FaultValues,
  faultKey,
  listDecided,
  markReturned,
  saveFault,
  selectFaults,
} from './store.ts'

/** What people decided about a group of errors. Instants are milliseconds UTC. */
export interface FaultCare {
  readonly assigneeId?: string
  readonly mutedAt?: number
  /** Absent: muted until it comes back after it was resolved. */
  readonly mutedUntil?: number
  readonly resolvedAt?: number
  /** When it last came back after it was resolved. */
  readonly returnedAt?: number
  /** When it was first seen, also by runs that were retried since. */
  readonly firstAt?: number
}

/** Where a group stands: `returned` is open, and had been resolved. */
export type FaultState = 'open' | 'returned' | 'muted' | 'resolved'

/** A group of errors, and what became of it. */
export interface Fault extends ErrorGroup {
  readonly state: FaultState
  readonly care: FaultCare
}

/** Groups of errors as people look after them. */
export interface Faults {
  /** What failed latest comes first; at most 200. */
  list(query: {
    /** Absent: of all organisations, for whoever operates the server. */
    readonly org?: string | undefined
    readonly fingerprint?: string | undefined
    readonly filter?: RunFilter | undefined
    readonly limit?: number
  }): Promise<readonly Fault[]>
  /** Throws `ERROR_UNKNOWN`. */
  get(org: string, fingerprint: string): Promise<Fault>
  /** Makes somebody responsible, or nobody. Throws `ERROR_UNKNOWN`. */
  assign(org: string, fingerprint: string, userId: string | undefined): Promise<Fault>
  /**
   * Raises no alert of it until an instant, or until it comes back after it was resolved. Throws `ERROR_UNKNOWN`, and
   * `INSTANT_PASSED` for an instant that has passed.
   */
  mute(org: string, fingerprint: string, until: number | undefined): Promise<Fault>
  unmute(org: string, fingerprint: string): Promise<Fault>
  /** Says that its cause is gone: what fails like it from now on is news, muted or not. Throws `ERROR_UNKNOWN`. */
  resolve(org: string, fingerprint: string): Promise<Fault>
  /**
   * Forgets what was decided before an instant (milliseconds UTC) about groups of which no run is kept any more, in all organisations;
   * answers about how many.
   */
  prune(before: number): Promise<number>
  /** A run has failed: true when somebody wants to hear of it. Never throws: a doubt is told. */
  hear(org: string, fingerprint: string): Promise<boolean>
}

// As many groups as the engine tells at once.
const PAGE = 200

/** The groups of an engine. */
export function createFaults(
  database: Database,
  engine: () => Pick<Engine, 'runs' | 'clock'>,
  /** Told of each decision about a group, before it is answered. */
  decided: (org: string, job: string) => Promise<void> = async () => {},
): Faults {
  const now = (): number => engine().clock.now()
  const list: Faults['list'] = async ({ org, fingerprint, filter, limit = 200 }) => {
    const groups = await engine().runs.errors({
      limit,
      ...(org !== undefined && { org }),
      ...(fingerprint !== undefined && { fingerprint }),
      ...(filter !== undefined && { filter }),
    })
    const cares = await selectFaults(database, groups)
    return groups.map((group) => {
      const care = cares.get(faultKey(group)) ?? {}
      const firstAt = Math.min(group.firstAt, care.firstAt ?? group.firstAt)
      return { ...group, firstAt, care, state: stateOf(care, now()) }
    })
  }
  const get = async (org: string, fingerprint: string): Promise<Fault> => {
    const [fault] = await list({ org, fingerprint, limit: 1 })
    if (fault !== undefined) return fault
    throw new PlatformError('ERROR_UNKNOWN', `nothing fails like ${fingerprint}: GET /api/v1/errors lists the groups`, {
      status: 404,
    })
  }
  const firstSeen = async (org: string, fingerprint: string): Promise<number> => {
    const [group] = await engine().runs.errors({ org, limit: 1, fingerprint })
    return group?.firstAt ?? now()
  }
  const change = async (org: string, fingerprint: string, values: FaultValues): Promise<Fault> => {
    const { job } = await get(org, fingerprint)
    await saveFault(database, { org, fingerprint, now: now() }, values)
    await decided(org, job)
    return get(org, fingerprint)
  }
  return {
    list,
    get,
    assign: (org, fingerprint, userId) => change(org, fingerprint, { assignee_id: userId ?? null }),
    async mute(org, fingerprint, until) {
      // What is not there is not there, whatever else is wrong with the request.
      await get(org, fingerprint)
      requireFuture(until, now())
      return change(org, fingerprint, { muted_at: now(), muted_until: until ?? null, resolved_at: null })
    },
    unmute: (org, fingerprint) => change(org, fingerprint, { muted_at: null, muted_until: null }),
    resolve: (org, fingerprint) => change(org, fingerprint, { resolved_at: now() }),
    async prune(before) {
      let [forgotten, after]: [number, DecidedFault | undefined] = [0, undefined]
      for (;;) {
        const page: readonly DecidedFault[] = await listDecided(database, { before, after, limit: PAGE })
        for (const [org, decided] of Map.groupBy(page, (each) => each.org)) {
          const fingerprints = decided.map((each) => each.fingerprint)
          const kept = new Set(
            (await engine().runs.errors({ org, fingerprint: fingerprints, limit: PAGE })).map(
              (group) => group.fingerprint,
            ),
          )
          const gone = fingerprints.filter((fingerprint) => !kept.has(fingerprint))
          forgotten += await deleteFaults(database, { org, fingerprints: gone, before })
        }
        after = page.at(-1)
        if (page.length < PAGE) return forgotten
      }
    },
    async hear(org, fingerprint) {
      try {
        const care = (await selectFaults(database, [{ org, fingerprint }])).get(faultKey({ org, fingerprint }))
        // Once for each group: its runs forget it when they are retried.
        if (care?.firstAt === undefined)
          await saveFault(database, { org, fingerprint, now: now() }, { first_at: await firstSeen(org, fingerprint) })
        if (care === undefined) return true
        if (care.resolvedAt !== undefined) {
          await markReturned(database, { org, fingerprint, now: now() })
          return true
        }
        return stateOf(care, now()) !== 'muted'
      } catch {
        return true
      }
    },
  }
}

function stateOf(care: FaultCare, now: number): FaultState {
  if (care.resolvedAt !== undefined) return 'resolved'
  if (care.mutedAt !== undefined && (care.mutedUntil === undefined || care.mutedUntil > now)) return 'muted'
  return care.returnedAt === undefined ? 'open' : 'returned'
}
