/** Failed runs with the same fault. */
export type { StoredErrorDetail as ErrorGroup } from '../api.gen.ts'
