import { randomBytes } from 'node:crypto'

// JSON.stringify escapes the quotes within texts, so that this can only be the field itself.
const STORED = /"tr":"([0-9a-f]{32})"/

/** The trace in the stored options of a run. Cheaper than to parse them. */
export function storedTrace(options: string | null): string | undefined {
  return options === null ? undefined : STORED.exec(options)?.[1]
}

/** The id of a new W3C trace: 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomBytes(16).toString('hex')
}
