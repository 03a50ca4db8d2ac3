import { AsyncResource } from 'node:async_hooks'
import type { Clock, Database, Logger } from '@regie/engine'
import { type AnchorBook, signAnchor } from './anchors.ts'
import type { AuditKeys } from './keys.ts'
import { type AuditRow, macOf, sealOf } from './row.ts'
import { type ChainEnd, hasUnsealed, readEnd, readUnsealed, type Seal, takeEnd, writeSeals } from './store/chain.ts'
import type { AuditTables } from './store/entries.ts'

/** What a sealer works with. */
export interface SealerOptions {
  readonly database: Database
  readonly keys: AuditKeys
  readonly anchors: AnchorBook
  readonly clock: Clock
  readonly log: Logger
  /** Told of entries that nobody with the key has made. */
  readonly onForged?: (ids: readonly string[]) => void
}

/** Chains entries, one at a time over all processes. */
export interface Sealer {
  /** Seals what waits; answers how many entries. */
  seal(): Promise<number>
  /** Signs how far the chain has come into `anchors.jsonl`, if it has moved since. */
  anchor(): Promise<void>
  /** Seals within a second of each commit from now on, and anchors every 1,000 entries or every hour. */
  start(): void
  /** An entry is about to be committed here. */
  wake(): void
  /** Seals and anchors what is left, when it was started. */
  stop(): Promise<void>
}

// A batch keeps the event loop for 3 ms.
const BATCH = 200
// An entry of this process is looked for when it was committed; those of others at the next look: both within a second.
const SOON_MS = 200
const LOOK_MS = 900
const ANCHOR_ENTRIES = 1_000
const ANCHOR_MS = 3_600_000
const AFTER_FAULT_MS = 5_000

/** Makes a sealer; nothing runs before `start`. */
export function createSealer({ database, keys, anchors, clock, log, onForged }: SealerOptions): Sealer {
  // Woken from within requests, whose transactions and entries are no business of its own.
  const outside = new AsyncResource('RegieAuditSealer')
  const forged = new Set<string>()
  let anchored = { seq: -1, at: 0 }
  let cancel: (() => void) | undefined
  let running: Promise<void> | undefined
  let started = false
  let isDueSoon = false

  const sealBatch = (after: string): Promise<{ readonly sealed: number; readonly next?: string }> =>
    database.transaction<{ sealed: number; next?: string }, AuditTables>(async (tx) => {
      const end = await takeEnd(tx, database.dialect)
      if (end === undefined) return { sealed: 0 }
      const rows = await readUnsealed(tx, after, BATCH)
      const [genuine, others] = partition(rows, keys)
      for (const { id } of others) forged.add(id)
      const seals = chain(genuine, end, keys)
      await writeSeals(tx, database.dialect, seals)
      return { sealed: seals.length, ...(rows.length === BATCH && { next: rows.at(-1)?.id ?? '' }) }
    })

  const seal = async (): Promise<number> => {
    if (!(await hasUnsealed(database))) return 0
    const known = forged.size
    let sealed = 0
    for (let after: string | undefined = ''; after !== undefined; ) {
      const batch = await sealBatch(after)
      sealed += batch.sealed
      after = batch.next
    }
    if (forged.size > known) onForged?.([...forged].slice(known))
    if (sealed > 0) await anchors.writeHead(signAnchor(await present(), keys.active))
    return sealed
  }

  const present = async () => {
    const { seq, seal: last } = await readEnd(database)
    return { kind: 'anchor' as const, seq, seal: last, at: clock.now() }
  }

  const anchor = async (): Promise<void> => {
    const here = await present()
    anchored = { seq: here.seq, at: here.at }
    const isThere = here.seq === 0 || (await anchors.last())?.seal === here.seal
    if (isThere) return
    await anchors.append(signAnchor(here, keys.active))
    log.info({ sequence: here.seq, seal: here.seal }, 'the audit log is anchored')
  }

  const look = async (): Promise<void> => {
    const sealed = await seal()
    if (anchored.seq === -1) anchored = { ...anchored, seq: (await readEnd(database)).seq - sealed }
    const { seq } = sealed > 0 || clock.now() - anchored.at >= ANCHOR_MS ? await readEnd(database) : anchored
    const due = seq - anchored.seq >= ANCHOR_ENTRIES || clock.now() - anchored.at >= ANCHOR_MS
    if (due) await anchor()
  }

  const schedule = (delayMs: number): void => {
    cancel?.()
    isDueSoon = delayMs <= SOON_MS
    cancel = clock.setTimer(() => outside.runInAsyncScope(run), delayMs)
  }

  const run = (): void => {
    if (!started || running !== undefined) return
    isDueSoon = false
    running = look()
      .then(
        () => LOOK_MS,
        (err: unknown) => {
          log.error({ err }, 'the audit log could not be sealed')
          return AFTER_FAULT_MS
        },
      )
      .then((delayMs) => {
        running = undefined
        if (started) schedule(delayMs)
      })
  }

  return {
    seal,
    anchor,
    start() {
      started = true
      anchored = { seq: -1, at: clock.now() }
      outside.runInAsyncScope(() => schedule(SOON_MS))
    },
    wake() {
      // What is due soon already is not put off: else commits that never pause would put it off for ever.
      if (started && running === undefined && !isDueSoon) outside.runInAsyncScope(() => schedule(SOON_MS))
    },
    async stop() {
      const wasStarted = started
      started = false
      cancel?.()
      await running
      outside.emitDestroy()
      if (!wasStarted) return
      try {
        await seal()
        await anchor()
      } catch (err) {
        log.error({ err }, 'the audit log could not be sealed; the next start does it')
      }
    },
  }
}

/** Those made with a key that is here, and the rest. */
function partition(rows: readonly AuditRow[], keys: AuditKeys): readonly [readonly AuditRow[], readonly AuditRow[]] {
  const isGenuine = (row: AuditRow): boolean => {
    const key = keys.find(row.key_id)
    return key !== undefined && macOf(row, key) === row.mac
  }
  const { genuine = [], forged = [] } = Object.groupBy(rows, (row) => (isGenuine(row) ? 'genuine' : 'forged'))
  return [genuine, forged]
}

function chain(rows: readonly AuditRow[], end: ChainEnd, keys: AuditKeys): readonly Seal[] {
  const seals: Seal[] = []
  for (const row of rows) {
    const last = seals.at(-1) ?? end
    const seq = last.seq + 1
    const key = keys.find(row.key_id) ?? keys.active
    seals.push({ id: row.id, seq, previous: last.seal, seal: sealOf(seq, last.seal, row.mac, key) })
  }
  return seals
}
