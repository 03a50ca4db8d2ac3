import type { Clock } from '@regie/engine'
import { actorOf, type Principal } from '../auth/principal.ts'
import type { AuditLog } from './log.ts'

/** Who looks, and by which request. */
export interface ForeignLook {
  readonly principal: Principal
  readonly requestId: string
  /** The organisation that is looked at; `*` for all, or all but some. */
  readonly at: string
  /** The filter, or the run. */
  readonly after: { readonly filter: string } | { readonly run: number }
}

/** Records that members of the organisation that runs the server look at what belongs to another one. */
export interface ForeignReads {
  /** Before anything is shown: throws `AUDIT_FAILED`. Who goes on looking at the same organisation has one entry in ten minutes. */
  note(look: ForeignLook): Promise<void>
}

// A list that is open is read anew several times a second.
const AGAIN_MS = 600_000
const MOST_REMEMBERED = 10_000

/** The looks of this process. */
export function createForeignReads(audit: Pick<AuditLog, 'record'>, clock: Pick<Clock, 'now'>): ForeignReads {
  const noted = new Map<string, number>()
  return {
    async note({ principal, requestId, at, after }) {
      const now = clock.now()
      const key = `${principal.kind}:${principal.id} ${principal.impersonatedBy ?? ''} ${at}`
      if (now - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return
      await audit.record(undefined, {
        org: principal.org,
        actor: actorOf(principal),
        action: 'runs.read-elsewhere',
        object: { type: 'organisation', id: at },
        after,
        requestId,
      })
      if (noted.size >= MOST_REMEMBERED) noted.clear()
      noted.set(key, now)
    },
  }
}
