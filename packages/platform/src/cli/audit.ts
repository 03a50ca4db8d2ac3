import { type AnchorLines, readAnchorCopy } from '../audit/anchors.ts'
import type { AuditEntry } from '../audit/entry.ts'
import { asCsv, asLines, EXPORT_FORMATS } from '../audit/export.ts'
import type { AuditVerification } from '../audit/verify.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { choice, type OptionTable, text, type ValuesOf, whole } from './option.ts'
import { paint, type Screen } from './style.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

const conditions = {
  org: text('<id>', 'Of this organisation (default: the configured one)'),
  actor: text('<id>', 'By this user, key or operator'),
  action: text('<action>', 'An action, or a beginning of one followed by *'),
  object: text('<type:id>', 'About this object, or about all of a type'),
  from: text('<instant>', 'From this date or instant on (ISO 8601)'),
  to: text('<instant>', 'Before this date or instant (ISO 8601)'),
  trace: text('<id>', 'In the trace of this id, see jobs show'),
  text: text('<words>', 'Somewhere in the action, the object, the name or the detail'),
} satisfies OptionTable

/** `regie audit search` */
export const auditSearch = command({
  name: 'audit search',
  summary: 'List who did what, newest first',
  options: {
    ...conditions,
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<page>', 'The page after: what the one before said'),
  },
  examples: [
    "audit search --action 'runs.*'",
    'audit search --object run:42',
    'audit search --actor root --from 2026-11-01',
  ],
  async run({ options, session }) {
    const { audit, config } = await session.open()
    const { limit, after } = options
    const page = { limit, ...(after !== undefined && { after }) }
    const { entries, next } = await audit.search(filterOf(options, config.org.id), page)
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    return {
      json: { items: entries, ...(next !== undefined && { next }) },
      text: (screen) => (entries.length === 0 ? 'No entry matches.\n' : listText(screen, entries) + more),
    }
  },
})

/** `regie audit export` */
export const auditExport = command({
  name: 'audit export',
  summary: 'Write entries of the audit log to standard output, newest first',
  about: 'One JSON document a line, or CSV, in which nothing is a formula. The export is entered in the log.',
  changes: 'audit',
  options: { ...conditions, format: choice(EXPORT_FORMATS, 'How it is written (default ndjson)') },
  examples: ['audit export --from 2026-01-01 --to 2027-01-01 --format csv'],
  async run({ options, session }) {
    const { audit, config } = await session.open()
    const entries = audit.all(filterOf(options, config.org.id))
    const lines = options.format === 'csv' ? asCsv(entries) : asLines(entries)
    for await (const line of lines) session.world.stdout.write(line)
    return { json: undefined, text: () => '' }
  },
})

/** `regie audit verify` */
export const auditVerify = command({
  name: 'audit verify',
  summary: 'Read the whole audit log and say what is wrong with it',
  about:
    'It finds entries that were modified, inserted, removed or moved, an end that was cut off, and a chain that was replaced. What REGIE_KEEP_AUDIT has removed is no fault: where the log was cut is signed, and told as a note. The key and the anchors are in the folder audit of the data directory, unless REGIE_AUDIT_KEY is set.',
  options: {
    anchors: text('<path>', 'A copy of anchors.jsonl that was kept elsewhere, or its folder: is compared, too'),
  },
  examples: ['audit verify --anchors /mnt/elsewhere/audit'],
  async run({ options, session }) {
    const copy = options.anchors === undefined ? undefined : await copyOf(options.anchors)
    const { audit } = await session.open()
    const found = await audit.verify({ copy })
    return {
      json: found,
      text: (screen) => verifyText(screen, found),
      exit: found.ok && found.guarded ? EXIT.ok : EXIT.failed,
    }
  },
})

async function copyOf(path: string): Promise<AnchorLines> {
  try {
    return await readAnchorCopy(path)
  } catch (cause) {
    throw usageError(
      `--anchors is ${JSON.stringify(path)}, which cannot be read: ${cause instanceof Error ? cause.message : cause}`,
    )
  }
}

function filterOf({ org, from, to, ...rest }: ValuesOf<typeof conditions>, usual: string) {
  const { actor, action, object, trace: traceId, text: words } = rest
  return {
    org: org ?? usual,
    actor,
    action,
    object,
    traceId,
    text: words,
    from: instantOf(from, 'from'),
    to: instantOf(to, 'to'),
  }
}

function instantOf(typed: string | undefined, option: string): number | undefined {
  if (typed === undefined) return undefined
  const instant = /^\d{4}-\d{2}-\d{2}/.test(typed) ? Date.parse(typed) : Number.NaN
  if (!Number.isNaN(instant)) return instant
  throw usageError(`--${option} is ${JSON.stringify(typed)}: write a date or an instant, such as 2026-11-01`)
}

function listText(screen: Screen, entries: readonly AuditEntry[]): string {
  return table<AuditEntry>(
    screen,
    [
      { title: 'AT', value: ({ at }) => localTime(at) },
      { title: 'WHO', value: ({ actor }) => `${actor.kind} ${actor.name ?? actor.id}` },
      { title: 'ACTION', value: ({ action }) => action },
      { title: 'OBJECT', value: ({ object }) => (object === undefined ? '' : `${object.type}:${object.id}`) },
      {
        title: 'SEALED',
        value: ({ sequence }) => (sequence === undefined ? 'not yet' : String(sequence)),
        align: 'right',
      },
      { title: 'DETAIL', value: detailText },
    ],
    entries,
  )
}

function detailText({ before, after, erasedBy }: AuditEntry): string {
  if (erasedBy !== undefined) return 'erased'
  const parts = [before, after].filter((part) => part !== undefined)
  return parts.map((part) => JSON.stringify(part)).join(' → ')
}

function verifyText(
  screen: Screen,
  { ok, entries, unsealed, anchors, faults, problems, guarded, notes }: AuditVerification,
): string {
  const waiting = unsealed === 0 ? '' : `, ${unsealed} ${unsealed === 1 ? 'waits' : 'wait'} for a seal`
  const what = `${entries} sealed ${entries === 1 ? 'entry' : 'entries'}${waiting}, ${anchors} ${anchors === 1 ? 'anchor' : 'anchors'}`
  const whole = guarded ? `${paint(screen, 'good', '✓')} The audit log is whole` : 'The entries are whole'
  const head = ok
    ? `${whole}: ${what}.\n`
    : `${paint(screen, 'bad', '✗')} The audit log was tampered with, or its key is another: ${faults} ${faults === 1 ? 'fault' : 'faults'} in ${what}.\n`
  const lines = problems.map(({ fault, message }) => `  ${paint(screen, 'bad', fault)}: ${message}\n`)
  const rest = faults > problems.length ? `  and ${faults - problems.length} more\n` : ''
  const open = guarded
    ? ''
    : `${paint(screen, 'bad', '✗')} The triggers that refuse changes of the log are gone or switched off: whoever has the database can change it.\n`
  return head + lines.join('') + rest + open + notes.map((note) => `Note: ${note}.\n`).join('')
}
