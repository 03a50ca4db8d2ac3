import { z } from 'zod'
import type { AuditEntry } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { formed } from '../validate/form.ts'
import { type ActorSources, actorById, findActors, namesIn } from './audit-actors.ts'
import { givenMoment, instant, isoOf } from './instant.ts'

const LIST = 'audit'

const entryView = z.object({
  id: z.string(),
  at: instant,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string().optional() }),
  impersonatedBy: z.string().optional(),
  action: z.string(),
  object: z.object({ type: z.string(), id: z.string() }).optional(),
  person: z.string().optional(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  requestId: z.string().optional(),
  traceId: z.string().optional(),
  sequence: z.int().optional(),
  erasedBy: z.string().optional(),
})

/** Members and keys that entries name by id only. */
const namesView = z.record(z.string(), z.string())

/** The conditions of the list and of the export. */
export const auditQuery = z.object({
  actor: z.string().min(1).max(200).optional(),
  action: z.string().min(1).max(200).optional(),
  object: z.string().min(1).max(400).optional(),
  from: givenMoment.optional(),
  to: givenMoment.optional(),
  requestId: z.string().min(1).max(64).optional(),
  traceId: formed('trace').optional(),
  text: z.string().min(1).max(200).optional(),
})

const verificationView = z.object({
  ok: z.boolean(),
  entries: z.int(),
  unsealed: z.int(),
  anchors: z.int(),
  faults: z.int(),
  guarded: z.boolean(),
  problems: z
    .array(
      z.object({ fault: z.string(), sequence: z.int().optional(), id: z.string().optional(), message: z.string() }),
    )
    .readonly(),
  notes: z.array(z.string()).readonly(),
})

/** The audit log: search, show, verify. */
export function auditEndpoints(audit: AuditLog, identity: ActorSources['identity']): readonly Endpoint[] {
  const sources = { audit, identity }
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/audit',
      summary: 'Search the audit log, newest first',
      access: 'audit.read',
      input: auditQuery.extend(pageInput),
      output: z.object({ items: z.array(entryView).readonly(), names: namesView, next: z.string().optional() }),
      async handle({ limit, cursor, ...filter }, call) {
        const [after] = decodeCursor(LIST, cursor, ['text']) ?? []
        const page = { limit, ...(after !== undefined && { after }) }
        const { org } = call.principal()
        const { entries, next } = await audit.search({ ...filter, org }, page)
        const names = await namesIn(sources, org, entries)
        return {
          items: entries.map(viewEntry),
          names,
          ...(next !== undefined && { next: encodeCursor(LIST, [next]) }),
        }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/audit/:id',
      summary: 'Show one entry of the audit log',
      access: 'audit.read',
      input: z.object({ id: z.uuid() }),
      output: entryView.extend({ names: namesView }),
      async handle({ id }, call) {
        const { org } = call.principal()
        const entry = await audit.get(org, id)
        return { ...viewEntry(entry), names: await namesIn(sources, org, [entry]) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/audit/actors',
      summary: 'Find whose entries to look for: members, API keys, the system, and who has entries among the latest',
      access: 'audit.read',
      input: z.object({ text: z.string().max(200).default(''), id: z.string().min(1).max(200).optional() }),
      output: z.object({
        items: z
          .array(
            z.object({
              kind: z.enum(['user', 'key', 'operator', 'system', 'anonymous']),
              id: z.string(),
              name: z.string(),
              email: z.string().optional(),
            }),
          )
          .readonly(),
      }),
      async handle({ text, id }, call) {
        const { org } = call.principal()
        return { items: await (id === undefined ? findActors(sources, org, text) : actorById(sources, org, id)) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/audit/verify',
      summary: 'Read the whole audit log and say what is wrong with it',
      access: 'audit.read',
      input: z.object({}),
      output: verificationView,
      async handle(_, call) {
        const { problems, ...found } = await audit.verify()
        const { org: mine } = call.principal()
        // The chain is one for all organisations; which entry it is concerns its own only.
        const shown = problems.map(({ id, org, ...rest }) =>
          org === mine && id !== undefined ? { ...rest, id } : rest,
        )
        return { ...found, problems: shown }
      },
    }),
  ]
}

/** An entry as the API shows it. */
function viewEntry({ org: _, at, ...rest }: AuditEntry): z.input<typeof entryView> {
  return { ...rest, at: isoOf(at) }
}
