import type { AuditKey, AuditKeys } from './keys.ts'
import type { CutRow } from './store/cuts.ts'

/** A signed statement that the log begins after this place, because what was before it was kept long enough. */
export interface Cut {
  /** The last entry that was removed, and its seal. */
  readonly seq: number
  readonly seal: string
  /** Milliseconds UTC. */
  readonly at: number
  /** Entries from before this instant were to go (milliseconds UTC). */
  readonly before: number
}

/** Signs a cut with the key outside the database: whoever has the database only cannot excuse what is missing. */
export function signCut(cut: Cut, key: AuditKey): CutRow {
  const { seq, seal, at, before } = cut
  const row = { seq, seal, at, kept_from: before, key_id: key.id }
  return { ...row, signature: key.sign(signedText(row)) }
}

/** True for one that was made with a key that is here. */
export function isGenuineCut(row: CutRow, keys: AuditKeys): boolean {
  return keys.find(row.key_id)?.verify(signedText(row), row.signature) === true
}

function signedText({ seq, seal, at, kept_from, key_id }: Omit<CutRow, 'signature'>): string {
  return `regie audit cut\n${seq}\n${seal}\n${at}\n${kept_from}\n${key_id}`
}
