import { hash } from 'node:crypto'
import { isActorKind } from '../auth/principal.ts'
import type { Scrubber } from '../observe/scrub.ts'
import { freshBytes } from '../security/fresh-bytes.ts'
import type { AuditEntry, AuditInput } from './entry.ts'
import type { AuditKey } from './keys.ts'
import { withoutSecrets } from './secrets.ts'

/** What an entry says, and never changes. */
export interface AuditContent {
  readonly id: string
  readonly org_id: string
  readonly at: number
  readonly actor_kind: string
  readonly actor_id: string
  /** Of `actor_name`, which may be erased. */
  readonly name_digest: string
  readonly impersonated_by: string | null
  readonly action: string
  readonly object_type: string | null
  readonly object_id: string | null
  readonly person: string | null
  /** Of `detail`, which may be erased; null when there never was one. */
  readonly detail_digest: string | null
  readonly request_id: string | null
  readonly trace_id: string | null
  readonly key_id: string
}

/** A row of `platform_audit`. */
export interface AuditRow extends AuditContent {
  /** Of the content, made where the entry was: whoever has the database only cannot add entries. */
  readonly mac: string
  /** `<salt>:<name>`: without the salt, a digest would tell which name was erased to whoever guesses it. */
  readonly actor_name: string | null
  /** `<salt>:<JSON of before and after>` */
  readonly detail: string | null
  readonly name_erased_by: string | null
  readonly detail_erased_by: string | null
  readonly seq: number | null
  readonly prev_seal: string | null
  readonly seal: string | null
}

/** What a row is made with. */
export interface RowMaking {
  readonly key: AuditKey
  readonly scrub: Scrubber
  readonly id: string
  /** Milliseconds UTC. */
  readonly now: number
}

/** Makes the row of an entry. */
export function rowOf(input: AuditInput, { key, scrub, id, now }: RowMaking): AuditRow {
  const { org, actor, action, object, person, requestId, traceId } = input
  const parts = { before: withoutSecrets(input.before, scrub), after: withoutSecrets(input.after, scrub) }
  const text = JSON.stringify(parts)
  const detail = text === '{}' ? null : salted(text)
  const name = salted(actor.name)
  const content = {
    id,
    org_id: org,
    at: now,
    actor_kind: actor.kind,
    actor_id: actor.id,
    name_digest: digestOf(name),
    impersonated_by: 'impersonatedBy' in actor ? (actor.impersonatedBy ?? null) : null,
    action,
    object_type: object?.type ?? null,
    object_id: object?.id ?? null,
    person: person ?? null,
    detail_digest: detail === null ? null : digestOf(detail),
    request_id: requestId ?? null,
    trace_id: traceId ?? null,
    key_id: key.id,
  }
  const open = { name_erased_by: null, detail_erased_by: null, seq: null, prev_seal: null, seal: null }
  return { ...content, mac: macOf(content, key), actor_name: name, detail, ...open }
}

/** Reads a row back. */
export function entryOf(row: AuditRow): AuditEntry {
  const detail = row.detail === null ? {} : (JSON.parse(unsalted(row.detail)) as Pick<AuditEntry, 'before' | 'after'>)
  return {
    id: row.id,
    org: row.org_id,
    at: row.at,
    actor: {
      kind: isActorKind(row.actor_kind) ? row.actor_kind : 'system',
      id: row.actor_id,
      ...(row.actor_name !== null && { name: unsalted(row.actor_name) }),
    },
    ...(row.impersonated_by !== null && { impersonatedBy: row.impersonated_by }),
    action: row.action,
    ...(row.object_type !== null && { object: { type: row.object_type, id: row.object_id ?? '' } }),
    ...(row.person !== null && { person: row.person }),
    ...detail,
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.trace_id !== null && { traceId: row.trace_id }),
    ...(row.seq !== null && { sequence: row.seq }),
    ...(row.detail_erased_by !== null && { erasedBy: row.detail_erased_by }),
  }
}

/** The seal of a content itself. */
export function macOf(row: AuditContent, key: AuditKey): string {
  return key.mac(
    JSON.stringify([
      ...['v1', row.id, row.org_id, row.at, row.actor_kind, row.actor_id, row.name_digest, row.impersonated_by],
      ...[row.action, row.object_type, row.object_id, row.person, row.detail_digest, row.request_id, row.trace_id],
    ]),
  )
}

/** The seal of a content at its place, after that of the entry before. */
export function sealOf(seq: number, previous: string, mac: string, key: AuditKey): string {
  return key.mac(`seal\n${seq}\n${previous}\n${mac}`)
}

/** SHA-256 of a part that may be erased. */
export function digestOf(part: string): string {
  return hash('sha256', part, 'hex')
}

function salted(text: string): string {
  return `${freshBytes(16).toString('base64url')}:${text}`
}

function unsalted(part: string): string {
  return part.slice(part.indexOf(':') + 1)
}
