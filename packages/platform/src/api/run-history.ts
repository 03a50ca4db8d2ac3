import type { RunDetail } from '@regie/engine'
import { z } from 'zod'
import { type AuditEntry, type AuditFilter, TOGETHER_MS } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import type { Users } from '../auth/users.ts'
import type { Bulks } from '../bulk/bulks.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { instant, isoOf } from './instant.ts'
import { type SeenRuns, seenRun } from './own-run.ts'

const someone = z.object({
  kind: z.enum(['user', 'key', 'operator']),
  /** Absent of a key, and of somebody who is gone. */
  name: z.string().optional(),
})

type Someone = z.infer<typeof someone>

/** What the history of a run is read from. */
export interface RunHistorySources extends SeenRuns {
  readonly audit: Pick<AuditLog, 'search'>
  readonly bulks: Pick<Bulks, 'cancelling'>
  readonly users: Pick<Users, 'names'>
}

/** What people did with a run: who replayed it, and who cancelled it. */
export function runHistoryEndpoints({ audit, bulks, users, ...seen }: RunHistorySources): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/runs/:id/history',
      summary: 'Who replayed a run or a workflow, and who cancelled it',
      access: 'runs.read',
      input: z.object({ id: z.coerce.number().int().positive() }),
      output: z.object({
        /** The latest 20, the first one first. */
        replays: z.array(z.object({ at: instant, by: someone.optional(), newInput: z.boolean() })).readonly(),
        /** Of a run that was cancelled. */
        cancelled: z.object({ at: instant, by: someone.optional(), reason: z.string().optional() }).optional(),
      }),
      async handle({ id }, call) {
        const run = await seenRun(seen, id, call)
        const { replays = [], org } = run
        const ids = replays.flatMap(({ by }) => (by?.startsWith('user:') === true ? [by.slice('user:'.length)] : []))
        const known = ids.length === 0 ? [] : await users.names(org, [...new Set(ids)])
        const names = new Map(known.map((user) => [user.id, user.name] as const))
        const cancelled = await cancellation({ audit, bulks }, run)
        return {
          replays: replays.map(({ at, by, newInput }) => {
            const who = by === undefined ? undefined : whoIs(by, names)
            return { at: isoOf(at), newInput, ...(who !== undefined && { by: who }) }
          }),
          ...(cancelled !== undefined && { cancelled }),
        }
      },
    }),
  ]
}

function whoIs(by: string, names: ReadonlyMap<string, string>): Someone | undefined {
  const [kind, id = ''] = by.split(':', 2)
  if (kind !== 'user' && kind !== 'key' && kind !== 'operator') return undefined
  const name = names.get(id)
  return { kind, ...(name !== undefined && { name }) }
}

async function cancellation(
  { audit, bulks }: Pick<RunHistorySources, 'audit' | 'bulks'>,
  { id, org, state, endedAt, error }: RunDetail,
) {
  if (state !== 'cancelled' || endedAt === undefined) return undefined
  const to = endedAt + TOGETHER_MS
  const search = async (filter: AuditFilter) => (await audit.search(filter, { limit: 5 })).entries
  const own = await Promise.all([
    search({ org, to, object: `run:${id}`, action: 'runs.cancel' }),
    search({ org, to, object: `workflow:${id}`, action: 'workflows.cancel' }),
  ])
  const bulk = own.flat().length > 0 ? undefined : await bulks.cancelling(org, id, endedAt)
  const entry =
    bulk === undefined ? own.flat()[0] : (await search({ org, object: `bulk:${bulk}`, action: 'runs.bulk.cancel' }))[0]
  const by = entry === undefined ? undefined : actorOf(entry)
  const reason = error?.message
  return { at: isoOf(endedAt), ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) }
}

function actorOf({ actor: { kind, name } }: AuditEntry): Someone | undefined {
  return kind === 'system' || kind === 'anonymous' ? undefined : { kind, ...(name !== undefined && { name }) }
}
