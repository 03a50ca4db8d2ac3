import type { Engine } from '@regie/engine'
import { z } from 'zod'
import type { ForeignReads } from '../audit/foreign-reads.ts'
import type { Users } from '../auth/users.ts'
import type { Fault, Faults } from '../fault/faults.ts'
import { bothFilters, filterText, runFilterOf } from '../filter/run-filter.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { chosenEnd, instant, isoOf, isoOrNone } from './instant.ts'
import { reachOf } from './reach.ts'

const MOST = 200
const STATES = ['open', 'returned', 'muted', 'resolved'] as const

const errorGroupView = z.object({
  fingerprint: z.string(),
  org: z.string(),
  job: z.string(),
  /** Of the newest run. */
  error: z.object({ code: z.string(), message: z.string(), stack: z.string().optional() }),
  /** Those that failed for good. */
  count: z.int(),
  /** Those that wait for their next try. */
  retrying: z.int(),
  firstAt: instant,
  lastAt: instant,
  lastRunId: z.int(),
  /** How many failed in each of the last 24 hours, the present one last. */
  hours: z.array(z.int()).readonly(),
  /** `returned`: open, and had been resolved. */
  state: z.enum(STATES),
  /** Who looks after it. */
  assignee: z.object({ id: z.string(), name: z.string() }).optional(),
  mutedAt: instant.optional(),
  /** Absent of a muted one: until it comes back after it was resolved. */
  mutedUntil: instant.optional(),
  resolvedAt: instant.optional(),
  returnedAt: instant.optional(),
})

/** What errors are shown from. */
export interface ErrorSources {
  readonly engine: Pick<Engine, 'clock'>
  readonly reads: ForeignReads
  readonly faults: Faults
  readonly users: Pick<Users, 'show' | 'names'>
}

const oneGroup = z.object({ fingerprint: z.string().min(1).max(100) })

/** What failed, by what went wrong. The runs of a group: `GET /api/v1/runs?filter=fingerprint:…`. */
export function errorEndpoints({ engine, reads, faults, users }: ErrorSources): readonly Endpoint[] {
  const view = async (org: string, list: readonly Fault[]) => {
    const names = await namesOf(users, org, list)
    return list.map((fault) => viewFault(fault, names))
  }
  const one = async (org: string, fault: Fault) => {
    const [shown] = await view(org, [fault])
    return shown as z.input<typeof errorGroupView>
  }
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/errors',
      summary:
        'List runs that failed or wait for their next try, by the fingerprint of their error, what failed latest first',
      access: 'runs.read',
      input: z.object({
        fingerprint: z.string().min(1).max(100).optional(),
        filter: filterText.optional().meta({ description: 'Of the failed runs, in the filter language.' }),
        limit: z.coerce.number().int().min(1).max(MOST).default(MOST),
      }),
      output: z.object({ items: z.array(errorGroupView).readonly() }),
      async handle({ fingerprint, filter = '', limit }, call) {
        const reach = await reachOf(filter, call, reads)
        const wanted = bothFilters(runFilterOf(filter, engine.clock.now()), reach)
        const { org, ...rest } = wanted
        const own = Object.keys(rest).length === 0 ? undefined : rest
        return { items: await view(call.principal().org, await faults.list({ org, fingerprint, filter: own, limit })) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/errors/assignees',
      summary: 'List who can look after a group of errors: the members of the organisation',
      access: 'runs.manage',
      input: z.object({}),
      output: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })).readonly() }),
      handle: async (_input, call) => ({ items: await users.names(call.principal().org) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/errors/:fingerprint/assign',
      summary: 'Make somebody responsible for a group of errors, by id or e-mail address, or nobody',
      access: 'runs.manage',
      input: oneGroup.extend({ to: z.string().min(1).max(254).nullable() }),
      output: errorGroupView,
      async handle({ fingerprint, to }, call) {
        const { org } = call.principal()
        const id = to === null ? undefined : (await users.show(org, to)).id
        return one(org, await faults.assign(org, fingerprint, id))
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/errors/:fingerprint/mute',
      summary: 'Raise no alert of a group of errors until an instant, or until it comes back after it was resolved',
      access: 'runs.manage',
      input: oneGroup.extend({ until: chosenEnd.optional() }),
      output: errorGroupView,
      async handle(input, call) {
        const { org } = call.principal()
        return one(org, await faults.mute(org, input.fingerprint, input.until))
      },
    }),
    ...(['unmute', 'resolve'] as const).map((act) =>
      endpoint({
        method: 'POST',
        url: `/api/v1/errors/:fingerprint/${act}`,
        summary:
          act === 'unmute'
            ? 'Raise alerts of a group of errors again'
            : 'Say that the cause of a group of errors is gone: what fails like it from now on is news',
        access: 'runs.manage',
        input: oneGroup,
        output: errorGroupView,
        async handle({ fingerprint }, call) {
          const { org } = call.principal()
          return one(org, await faults[act](org, fingerprint))
        },
      }),
    ),
  ]
}

/** The names of those responsible; whoever is gone from the organisation is absent. */
async function namesOf(users: Pick<Users, 'names'>, org: string, list: readonly Fault[]) {
  const ids = [...new Set(list.flatMap(({ care: { assigneeId } }) => assigneeId ?? []))]
  return new Map((await users.names(org, ids)).map(({ id, name }) => [id, name] as const))
}

function viewFault(
  { firstAt, lastAt, care, ...rest }: Fault,
  names: ReadonlyMap<string, string>,
): z.input<typeof errorGroupView> {
  const { assigneeId = '', mutedAt, mutedUntil, resolvedAt, returnedAt } = care
  const name = names.get(assigneeId)
  return {
    ...rest,
    firstAt: isoOf(firstAt),
    lastAt: isoOf(lastAt),
    ...(name !== undefined && { assignee: { id: assigneeId, name } }),
    ...(rest.state === 'muted' && { ...isoOrNone('mutedAt', mutedAt), ...isoOrNone('mutedUntil', mutedUntil) }),
    ...isoOrNone('resolvedAt', resolvedAt),
    ...isoOrNone('returnedAt', returnedAt),
  }
}
