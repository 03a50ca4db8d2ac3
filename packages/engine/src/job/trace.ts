import { randomUUID } from 'node:crypto'

// JSON.stringify escapes the quotes within texts, so that this can only be the field itself.
const STORED = /"tr":"([0-9a-f]{32})"/

/** The trace in the stored options of a run. Cheaper than to parse them. */
export function storedTrace(options: string | null): string | undefined {
  return options === null ? undefined : STORED.exec(options)?.[1]
}

/** The id of a new W3C trace: 32 hexadecimal digits. */
export function newTraceId(): string {
  // Of a version 4 UUID 122 bits are random. Node draws many at a time: 0.25 us, randomBytes takes 2.
  return randomUUID().replaceAll('-', '')
}
