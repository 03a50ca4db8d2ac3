import type { Clock, Database } from '@regie/engine'
import { hasUsers } from '../auth/store/people.ts'
import { type Anchor, type AnchorBook, type AnchorLines, isSigned, joinAnchors } from './anchors.ts'
import { isGenuineCut } from './cut.ts'
import { FORGET } from './entry.ts'
import type { AuditKeys } from './keys.ts'
import { type AuditRow, digestOf, macOf, sealOf } from './row.ts'
import { type ChainEnd, readByIds, readEnd, readSealed, readUnsealed } from './store/chain.ts'
import { readCuts, readPlace } from './store/cuts.ts'
import type { AuditTables } from './store/entries.ts'
import { isGuarded } from './store/guard.ts'

/** What is wrong with the log. */
export type AuditFault =
  | 'modified'
  | 'inserted'
  | 'removed'
  | 'reordered'
  | 'resealed'
  | 'truncated'
  | 'replaced'
  | 'unsealed'
  | 'wrong-key'
  | 'anchor-forged'

/** One thing that is wrong, and where. */
export interface AuditProblem {
  readonly fault: AuditFault
  /** Its place in the chain, or the first of several. */
  readonly sequence?: number
  readonly id?: string
  readonly org?: string
  readonly message: string
}

/** What a verification found. */
export interface AuditVerification {
  readonly ok: boolean
  /** Sealed entries that were read. */
  readonly entries: number
  /** Entries that wait for their seal. */
  readonly unsealed: number
  readonly anchors: number
  /** At most 100; `faults` counts all. */
  readonly problems: readonly AuditProblem[]
  readonly faults: number
  /** False when the triggers that refuse changes are gone or switched off: nothing was found to be changed yet, but anybody may. */
  readonly guarded: boolean
  /** What is odd but no fault, one sentence each. */
  readonly notes: readonly string[]
}

/** What a verification reads. */
export interface VerifyOptions {
  readonly database: Database
  readonly keys: AuditKeys
  readonly anchors: AnchorBook
  readonly clock: Pick<Clock, 'now'>
  /** Anchors that were kept elsewhere: whoever emptied the log may have emptied the data directory, too. */
  readonly copy?: AnchorLines | undefined
  /** Gives up between two pages, with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** Which places are read: those above `after`, up to `through`, or to the end. */
export interface AuditRange {
  readonly after: number
  readonly through?: number
}

/** A part of the log: at least its end, and a place that was verified before with the seal it had then. */
export interface AuditPart {
  readonly ranges: readonly AuditRange[]
  readonly verified: ChainEnd & { readonly at: number }
}

/** What was found, and where the log ends. */
export interface AuditReading {
  readonly verification: AuditVerification
  readonly end: ChainEnd
}

const PAGE = 1_000
const MOST_PROBLEMS = 100
// A sealer looks every second; an entry that one passed over for this long was not there when it looked.
const PASSED_OVER_MS = 60_000

/** Reads the whole log, and compares every entry, every seal, every place and every anchor. Changes nothing. */
export async function verifyLog(options: VerifyOptions): Promise<AuditVerification> {
  return (await readLog(options)).verification
}

/** Does so with a part of the log, or with all of it. */
export async function readLog(options: VerifyOptions, part?: AuditPart): Promise<AuditReading> {
  const { database, anchors } = options
  const found = findings()
  const kept = await anchors.read()
  const book = options.copy === undefined ? kept : joinAnchors(kept, options.copy)
  const signed = checkAnchors(book, options.keys, found)
  const known = part === undefined ? signed : [...signed, part.verified]
  // Before the walk, like the anchors: what is sealed meanwhile is read, and not missed.
  const end = await readEnd(database)
  const start = await checkCuts(options, found)
  const ranges = part?.ranges ?? [{ after: 0 }]
  const walked = await walk(options, { start, ranges, wanted: new Set(known.map(({ seq }) => seq)) }, found)
  const last = walked.end.seq
  compareAnchors(known, walked, found)
  if (end.seq > last && !found.has('truncated'))
    found.add({
      fault: 'truncated',
      sequence: last + 1,
      message: `the entries ${last + 1} to ${end.seq} are gone from the end`,
    })
  const unsealed = await checkUnsealed(options, walked.newestAt, found)
  if (last === 0 && unsealed === 0 && known.length === 0 && (await hasUsers(database.kysely())))
    found.add({
      fault: 'truncated',
      sequence: 1,
      message:
        'the log is empty and has no anchors, though there are users, whose making was entered: all of it is gone',
    })
  if (known.length === 0 && walked.entries > 0)
    found.note('there are no anchors in this data directory, so entries gone from the end of the log cannot be noticed')
  const { problems, faults, notes } = found.all()
  const read = { entries: walked.entries, unsealed, anchors: book.anchors.length }
  const guarded = await isGuarded(database)
  return { verification: { ok: faults === 0, ...read, problems, faults, guarded, notes }, end: walked.end }
}

interface Findings {
  add(problem: AuditProblem): void
  note(sentence: string): void
  has(fault: AuditFault): boolean
  all(): { readonly problems: readonly AuditProblem[]; readonly faults: number; readonly notes: readonly string[] }
}

function findings(): Findings {
  const problems: AuditProblem[] = []
  const notes: string[] = []
  const kinds = new Set<AuditFault>()
  let faults = 0
  return {
    add(problem) {
      faults++
      kinds.add(problem.fault)
      if (problems.length < MOST_PROBLEMS) problems.push(problem)
    },
    note: (sentence) => void notes.push(sentence),
    has: (fault) => kinds.has(fault),
    all: () => ({ problems, faults, notes }),
  }
}

/** A place of the chain whose seal is known from outside the database. */
type KnownPlace = ChainEnd & { readonly at: number }

/** Those this installation has signed, without what a restore made void. */
function checkAnchors({ anchors, unreadable }: AnchorLines, keys: AuditKeys, found: Findings): readonly KnownPlace[] {
  if (unreadable > 0)
    found.add({ fault: 'anchor-forged', message: `${unreadable} lines of anchors.jsonl or head.json are no anchors` })
  const valid: Anchor[] = []
  for (const anchor of anchors) {
    const key = keys.find(anchor.key)
    if (key === undefined) {
      if (!found.has('wrong-key')) found.add(wrongKey(anchor.key, `an anchor of the place ${anchor.seq}`))
      continue
    }
    if (!isSigned(anchor, key)) {
      const message = `the anchor of the place ${anchor.seq} does not bear our signature`
      found.add({ fault: 'anchor-forged', sequence: anchor.seq, message })
      continue
    }
    if (anchor.kind === 'rewind') {
      const void_ = valid.filter(({ seq }) => seq > anchor.seq)
      if (void_.length > 0)
        found.note(
          `a restore on ${new Date(anchor.at).toISOString()} put the log back to the place ${anchor.seq}; entries up to ${Math.max(...void_.map(({ seq }) => seq))} are only in the database it replaced`,
        )
      valid.splice(0, valid.length, ...valid.filter(({ seq }) => seq <= anchor.seq))
    }
    valid.push(anchor)
  }
  return valid
}

/** Where the log begins: after what the retention has removed, as far as somebody with the key has signed it. */
async function checkCuts({ database, keys }: VerifyOptions, found: Findings): Promise<ChainEnd> {
  const cuts = await readCuts(database)
  const genuine = cuts.filter((cut) => isGenuineCut(cut, keys))
  for (const { seq } of cuts.filter((cut) => !genuine.includes(cut)))
    found.add({
      fault: 'anchor-forged',
      sequence: seq,
      message: `the cut at the place ${seq} does not bear our signature`,
    })
  const [last] = genuine
  if (last === undefined) return { seq: 0, seal: '' }
  found.note(
    `entries up to the place ${last.seq} were removed on ${new Date(last.at).toISOString()}, because they were from before ${new Date(last.kept_from).toISOString()} (REGIE_KEEP_AUDIT)`,
  )
  return { seq: last.seq, seal: last.seal }
}

function wrongKey(id: string, what: string): AuditProblem {
  return {
    fault: 'wrong-key',
    message: `${what} was made with the key ${id}, which is not here: set REGIE_AUDIT_KEY, or name it in REGIE_FORMER_AUDIT_KEYS`,
  }
}

interface Walked {
  readonly entries: number
  readonly end: ChainEnd
  /** Instant of the latest entry that has a seal. */
  readonly newestAt: number
  /** Seals at the places that have an anchor. */
  readonly seals: ReadonlyMap<number, string>
}

interface Way {
  readonly start: ChainEnd
  /** In their order; the last is open. */
  readonly ranges: readonly AuditRange[]
  readonly wanted: ReadonlySet<number>
}

/** From the first entry to the last of each range, in the order of the chain. */
async function walk(
  { database, keys, signal }: VerifyOptions,
  { start, ranges, wanted }: Way,
  found: Findings,
): Promise<Walked> {
  const db = database.kysely<AuditTables>()
  const seals = new Map(start.seq > 0 ? [[start.seq, start.seal]] : [])
  const broken: AuditRow[] = []
  const strangers = new Map<string, number>()
  let entries = 0
  let newestAt = 0
  let last: { readonly seq: number; readonly seal: string | undefined } = { seq: 0, seal: '' }
  for (const { after, through = Number.MAX_SAFE_INTEGER } of ranges) {
    // The seal before the range, which its first entry has to follow. That it may be gone is for its own range to say.
    last = after > start.seq ? { seq: after, seal: (await readPlace(db, after))?.seal } : { seq: 0, seal: '' }
    for (let from = after, more = true; more; ) {
      signal?.throwIfAborted()
      const rows = await readSealed(db, { after: from, through, limit: PAGE })
      const erasures = await readErasures(db, rows, keys)
      for (const row of rows) {
        const seq = row.seq ?? 0
        entries++
        newestAt = Math.max(newestAt, row.at)
        if (wanted.has(seq)) seals.set(seq, row.seal ?? '')
        // What is before the cut was to go; a process that died while removing it has left its end.
        if (seq > start.seq && last.seq < start.seq) last = start
        const follows = seq === last.seq + 1
        const linked = !follows || last.seal === undefined || row.prev_seal === last.seal
        if (!follows && seq > start.seq) found.add(removed(last.seq + 1, seq - 1))
        last = { seq, seal: row.seal ?? '' }
        const key = keys.find(row.key_id)
        if (key === undefined) {
          strangers.set(row.key_id, (strangers.get(row.key_id) ?? 0) + 1)
          continue
        }
        const sealHolds = sealOf(seq, row.prev_seal ?? '', row.mac, key) === row.seal
        const contentHolds = macOf(row, key) === row.mac
        if (!sealHolds || !linked) broken.push(row)
        if (sealHolds && !contentHolds) found.add(at('modified', row, 'was changed after it was written'))
        if (contentHolds) checkParts(row, erasures, found)
      }
      more = rows.length === PAGE
      from = rows.at(-1)?.seq ?? from
    }
    const reached = Math.max(last.seq, start.seq)
    if (through !== Number.MAX_SAFE_INTEGER && reached < through) found.add(removed(reached + 1, through))
  }
  for (const [id, count] of strangers) found.add(wrongKey(id, `${count} ${count === 1 ? 'entry' : 'entries'}`))
  nameBroken(broken, keys, found)
  const end = last.seq > start.seq ? { seq: last.seq, seal: last.seal ?? '' } : start
  return { entries, end, newestAt, seals }
}

function removed(from: number, to: number): AuditProblem {
  const message = from === to ? `the entry ${from} is gone` : `the entries ${from} to ${to} are gone`
  return { fault: 'removed', sequence: from, message }
}

function at(fault: AuditFault, row: AuditRow, what: string): AuditProblem {
  const place = row.seq === null ? {} : { sequence: row.seq }
  const name = row.seq === null ? row.id : String(row.seq)
  return { fault, ...place, id: row.id, org: row.org_id, message: `the entry ${name} ${what}` }
}

/** Entries whose seal does not fit their place: somebody's from elsewhere, a stranger, or one with another seal. */
function nameBroken(broken: readonly AuditRow[], keys: AuditKeys, found: Findings): void {
  // Comparing each with each: what was exchanged is among the first, if it is anything as small as that.
  const near = broken.slice(0, 50)
  for (const row of broken) {
    const key = keys.find(row.key_id)
    if (key === undefined) continue
    if (macOf(row, key) !== row.mac) {
      found.add(at('inserted', row, 'was written by nobody who has the key'))
      continue
    }
    const belongs = near.some((other) => {
      if (other === row) return false
      const seal = sealOf(row.seq ?? 0, row.prev_seal ?? '', other.mac, key)
      return seal === row.seal || sealOf(other.seq ?? 0, row.prev_seal ?? '', row.mac, key) === row.seal
    })
    found.add(
      belongs
        ? at('reordered', row, 'stands at the place of another')
        : at('resealed', row, 'has a seal that is not of this place'),
    )
  }
}

async function readErasures(
  db: Parameters<typeof readByIds>[0],
  rows: readonly AuditRow[],
  keys: AuditKeys,
): Promise<ReadonlyMap<string, AuditRow>> {
  const ids = rows.flatMap(({ name_erased_by, detail_erased_by }) =>
    [name_erased_by ?? [], detail_erased_by ?? []].flat(),
  )
  const erasures = await readByIds(db, [...new Set(ids)])
  const genuine = erasures.filter((row) => {
    const key = keys.find(row.key_id)
    return row.action === FORGET && key !== undefined && macOf(row, key) === row.mac
  })
  return new Map(genuine.map((row) => [row.id, row]))
}

/** What may be erased is there and unchanged, or an entry tells of its erasure. */
function checkParts(row: AuditRow, erasures: ReadonlyMap<string, AuditRow>, found: Findings): void {
  const erasedBy = (by: string | null): string | null => {
    const erasure = erasures.get(by ?? '')
    return erasure?.org_id === row.org_id ? erasure.object_id : null
  }
  const nameHolds =
    row.actor_name === null
      ? erasedBy(row.name_erased_by) === row.actor_id
      : digestOf(row.actor_name) === row.name_digest
  if (!nameHolds) found.add(at('modified', row, 'has another name of whoever did it, or lost it without an erasure'))
  const forgotten = erasedBy(row.detail_erased_by)
  const detailHolds =
    row.detail === null
      ? row.detail_digest === null || (forgotten !== null && [row.object_id, row.person].includes(forgotten))
      : digestOf(row.detail) === row.detail_digest
  if (!detailHolds) found.add(at('modified', row, 'says something else, or lost what it said without an erasure'))
}

function compareAnchors(anchors: readonly KnownPlace[], { end, seals }: Walked, found: Findings): void {
  const last = end.seq
  const furthest = Math.max(0, ...anchors.map(({ seq }) => seq))
  if (furthest > last)
    found.add({
      fault: 'truncated',
      sequence: last + 1,
      message: `the entries ${last + 1} to ${furthest} are gone from the end: an anchor tells of them`,
    })
  for (const anchor of anchors) {
    const seal = seals.get(anchor.seq)
    if (seal === undefined || seal === anchor.seal) continue
    const message = `the chain up to the place ${anchor.seq} is another than the one that was anchored on ${new Date(anchor.at).toISOString()}`
    found.add({ fault: 'replaced', sequence: anchor.seq, message })
    return
  }
}

async function checkUnsealed({ database, keys }: VerifyOptions, newestAt: number, found: Findings): Promise<number> {
  let count = 0
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly AuditRow[] = await readUnsealed(database.kysely<AuditTables>(), after, PAGE)
    count += rows.length
    for (const row of rows) {
      const key = keys.find(row.key_id)
      if (key === undefined) found.add(wrongKey(row.key_id, `the entry ${row.id}`))
      else if (macOf(row, key) !== row.mac) found.add(at('inserted', row, 'was written by nobody who has the key'))
      else if (row.at < newestAt - PASSED_OVER_MS)
        found.add(at('unsealed', row, 'has no seal, though later ones have: it was put there, or lost it'))
    }
    after = rows.length === PAGE ? rows.at(-1)?.id : undefined
  }
  return count
}
