import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** One line of the ledger. Instants are milliseconds since 1970 UTC by this machine's clock. */
export type LedgerEntry = { readonly at: number; readonly pid: number } & (
  | { readonly kind: 'acknowledged'; readonly run: number; readonly job: string }
  | { readonly kind: 'order'; readonly order: number; readonly run: number }
  | { readonly kind: 'batch'; readonly batch: number }
  /** A handler began … */
  | { readonly kind: 'start'; readonly run: number; readonly attempt: number }
  /** … returned, with everything it committed acknowledged … */
  | { readonly kind: 'end'; readonly run: number; readonly attempt: number; readonly completed: boolean }
  /** … or threw. */
  | { readonly kind: 'throw'; readonly run: number; readonly attempt: number; readonly code: string }
  | { readonly kind: 'kill'; readonly victim: number }
  /** An effect that cannot be taken back … */
  | { readonly kind: 'did'; readonly lane: string; readonly what: string; readonly note: string }
  /** … which is recorded, as was acknowledged: it must not happen again. `everything`: the run has ended. */
  | { readonly kind: 'kept'; readonly lane: string; readonly what: string }
  /** The last word of a process that kills itself. */
  | { readonly kind: 'died'; readonly lane: string }
)

type WithoutStamp<Entry> = Entry extends LedgerEntry ? Omit<Entry, 'at' | 'pid'> : never

/** Writes down what happened, apart from every store. */
export interface Ledger {
  write(entry: WithoutStamp<LedgerEntry>): void
}

/** A ledger of this process: each line is appended and on the disk (`O_APPEND | O_SYNC`) before `write` returns. */
export function openLedger(directory: string): Ledger {
  const file = openSync(join(directory, `ledger-${process.pid}-${Date.now()}.jsonl`), 'as')
  return {
    write(entry) {
      writeSync(file, `${JSON.stringify({ ...entry, at: Date.now(), pid: process.pid })}\n`)
    },
  }
}

/** All ledgers of a folder together, in order of time. A line that was cut off by a kill is left out. */
export function readLedgers(directory: string): readonly LedgerEntry[] {
  const files = readdirSync(directory).filter((name) => name.startsWith('ledger-'))
  const lines = files.flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1))
  return lines.map((line): LedgerEntry => JSON.parse(line)).toSorted((a, b) => a.at - b.at)
}
