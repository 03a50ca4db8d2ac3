import { EngineError } from '../errors.ts'
import type { Cursor } from '../store/events.ts'

/** A place in the order of the store as a word that can be kept. */
export function formatCursor({ tx, position }: Cursor): string {
  return `${tx}.${position}`
}

/** The place of an event in the order of the store: pass it to `replay` to go on after it. */
export function cursorOf(event: { readonly tx: number; readonly position: number }): string {
  return formatCursor(event)
}

/** Throws `FILTER_INVALID`. */
export function parseCursor(cursor: string): Cursor {
  const [, tx, position] = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? []
  if (tx !== undefined && position !== undefined) return { tx: Number(tx), position: Number(position) }
  throw new EngineError(
    'FILTER_INVALID',
    `${JSON.stringify(cursor)} is no place in the event store: pass what \`cursorOf\` or \`append\` answered`,
  )
}

/** Negative when one place comes before the other, 0 when they are the same. */
export function compareEventCursors(one: string, other: string): number {
  const [a, b] = [parseCursor(one), parseCursor(other)]
  return a.tx - b.tx || a.position - b.position
}
