import type { RunFilter } from '@regie/engine'
import type { ForeignReads } from '../audit/foreign-reads.ts'
import { mayDo, type Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { parseFilter } from '../filter/grammar.ts'
import type { Call } from '../http/endpoint.ts'

const EVERYWHERE = 'runs.everywhere'

/** True for whoever may look at the runs of other organisations. */
export function seesEverywhere(principal: Principal): boolean {
  return principal.guest !== true && mayDo(principal, EVERYWHERE)
}

/**
 * Whose runs a filter may find: those of one's own organisation, unless it names others (`org:acme`, `-org:main`, `org:*`), which is
 * recorded. Throws `FORBIDDEN` for whoever may not look at them.
 */
export async function reachOf(
  text: string,
  call: Pick<Call, 'principal' | 'requestId'>,
  reads: ForeignReads,
): Promise<RunFilter> {
  const principal = call.principal()
  if (isOwn(text, principal)) return { org: principal.org }
  if (!seesEverywhere(principal))
    throw foreign(`This needs the permission ${EVERYWHERE}, in the organisation that runs the server.`)
  const [named, ...more] = namedIn(text)
  const at = named === undefined || named.negated || more.length > 0 ? '*' : named.value
  await reads.note({ principal, requestId: call.requestId, at, after: { filter: text } })
  return {}
}

/** Throws `FORBIDDEN` for a filter that names another organisation: what belongs to it is changed by its members, or at the command line. */
export function requireOwnReach(text: string, call: Pick<Call, 'principal'>): void {
  if (!isOwn(text, call.principal()))
    throw foreign('Runs of another organisation are changed by its members, or at the command line of the server.')
}

function isOwn(text: string, { org }: Principal): boolean {
  return namedIn(text).every(({ value, negated }) => value === org && !negated)
}

function namedIn(text: string) {
  return parseFilter(text).terms.filter(({ key }) => key === 'org')
}

function foreign(message: string): PlatformError {
  return new PlatformError('FORBIDDEN', message, { status: 403 })
}
