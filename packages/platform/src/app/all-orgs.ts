import type { AuditLog } from '../audit/log.ts'
import type { Actor } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'

/** A look at the rows of all organisations. */
export interface AllOrgsUse {
  readonly app: string
  /** The organisation of the context it was asked from. */
  readonly org: string
  readonly actor: Actor
  readonly reason: string
}

/** Records that an app looks at all organisations: the one place where that is told. Throws `INPUT_INVALID` without a reason. */
export async function recordAllOrgs(audit: Pick<AuditLog, 'record'>, use: AllOrgsUse): Promise<void> {
  const { app, org, actor, reason } = use
  if (reason.trim() === '')
    throw new PlatformError('INPUT_INVALID', 'ctx.allOrgs(reason) needs a sentence: it stands in the audit log')
  await audit.record(undefined, { org, actor, action: `${app}.all-orgs`, after: { reason } })
}
