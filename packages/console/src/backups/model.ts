/** A backup as the API shows it. */
export interface Backup {
  readonly id: string
  readonly kind: string
  readonly createdAt: string
  readonly bytes: number
  readonly rows: number | null
  readonly files: number | null
  readonly durationMs: number | null
  readonly sha256: string | null
  readonly problem: string | null
}
