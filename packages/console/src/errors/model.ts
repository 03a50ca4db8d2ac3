import type { StoredErrorDetail } from '../api.gen.ts'

/** Failed runs with the same fault. */
export type ErrorGroup = StoredErrorDetail

/** Where a group stands. */
export type ErrorState = ErrorGroup['state']
