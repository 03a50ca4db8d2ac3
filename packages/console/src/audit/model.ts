/** What somebody did. */
export interface AuditEntry {
  readonly id: string
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name?: string }
  readonly impersonatedBy?: string
  readonly action: string
  readonly object?: { readonly type: string; readonly id: string }
  readonly before?: unknown
  readonly after?: unknown
  readonly requestId?: string
  readonly traceId?: string
  readonly sequence?: number
  readonly erasedBy?: string
}

/** What a look over the whole log found. */
export interface Verification {
  readonly ok: boolean
  readonly entries: number
  readonly faults: number
  readonly problems: readonly { readonly fault: string; readonly message: string; readonly id?: string }[]
}

/** What an entry is about, as the filter takes it. */
export function objectText({ object }: AuditEntry): string {
  return object === undefined ? '' : `${object.type}:${object.id}`
}
