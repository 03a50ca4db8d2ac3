import type { AuditEntry } from './entry.ts'

/** How an export is written. */
export const EXPORT_FORMATS = ['ndjson', 'csv'] as const

const COLUMNS: readonly (readonly [string, (entry: AuditEntry) => unknown])[] = [
  ['sequence', ({ sequence }) => sequence],
  ['at', ({ at }) => new Date(at).toISOString()],
  ['id', ({ id }) => id],
  ['actor_kind', ({ actor }) => actor.kind],
  ['actor_id', ({ actor }) => actor.id],
  ['actor_name', ({ actor }) => actor.name],
  ['impersonated_by', ({ impersonatedBy }) => impersonatedBy],
  ['action', ({ action }) => action],
  ['object_type', ({ object }) => object?.type],
  ['object_id', ({ object }) => object?.id],
  ['before', ({ before }) => jsonOf(before)],
  ['after', ({ after }) => jsonOf(after)],
  ['request_id', ({ requestId }) => requestId],
  ['trace_id', ({ traceId }) => traceId],
]

// What a spreadsheet takes for a formula, or as the end of one cell and the begin of another.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** One JSON document a line. */
export async function* asLines(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  for await (const { at, ...rest } of entries) yield `${JSON.stringify({ at: new Date(at).toISOString(), ...rest })}\n`
}

/** CSV with a header (RFC 4180). A text that begins like a formula gets an apostrophe before it, which spreadsheets do not show. */
export async function* asCsv(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`
  for await (const entry of entries) yield `${COLUMNS.map(([, value]) => cell(value(entry))).join(',')}\r\n`
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = String(value)
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
