import type { SessionRow } from './store/sessions.ts'

/** Asked of every session before it lets anybody in. Throws a `PlatformError` to refuse it, such as one without the second factor its organisation wants. */
export type SessionPolicy = (session: SessionRow) => Promise<void>

/** All must agree. */
export const sessionPolicies: readonly SessionPolicy[] = []
