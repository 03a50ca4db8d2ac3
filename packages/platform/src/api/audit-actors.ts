import type { AuditEntry } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Actor, ANONYMOUS, SYSTEM } from '../auth/principal.ts'

/** Somebody whose entries can be looked for. */
export interface AuditActor {
  readonly kind: Actor['kind']
  readonly id: string
  readonly name: string
  /** Of members. */
  readonly email?: string
}

/** What actors are found in. */
export interface ActorSources {
  readonly audit: Pick<AuditLog, 'search'>
  readonly identity: Pick<PlatformIdentity, 'users' | 'keys'>
}

const MOST = 10
// Who left, and operators at the command line, are in the log only.
const RECENT = 200

/** Members by name or e-mail address, API keys by name, the system, and who else has entries among the latest: those with `text` in them, ten at most. */
export async function findActors(
  { audit, identity }: ActorSources,
  org: string,
  text: string,
): Promise<readonly AuditActor[]> {
  const wanted = text.toLowerCase()
  const [{ users }, keys, { entries }] = await Promise.all([
    identity.users.list(org, { text, limit: MOST }),
    identity.keys.list(org),
    audit.search({ org }, { limit: RECENT }),
  ])
  const found: readonly AuditActor[] = [
    ...users.map(({ id, name, email }) => ({ kind: 'user' as const, id, name, email })),
    ...keys.map(({ id, name }) => ({ kind: 'key' as const, id, name })),
    SYSTEM,
    ANONYMOUS,
    ...entries.flatMap(actorOf),
  ]
  const matching = found.filter(({ name, email = '' }) => `${name} ${email}`.toLowerCase().includes(wanted))
  return [...new Map(matching.toReversed().map((actor) => [actor.id, actor])).values()].toReversed().slice(0, MOST)
}

/** One of them by id, as the log calls whoever is no longer there; nobody when it has no entry of theirs. */
export async function actorById(
  { audit, identity }: ActorSources,
  org: string,
  id: string,
): Promise<readonly AuditActor[]> {
  const [{ entries }, [member]] = await Promise.all([
    audit.search({ org, actor: id }, { limit: 1 }),
    identity.users.names(org, [id]),
  ])
  return member === undefined ? entries.flatMap(actorOf) : [{ kind: 'user', ...member }]
}

/** What those are called whom entries name by id only: through whose eyes, and which member or key they are about. */
export async function namesIn(
  { identity }: Pick<ActorSources, 'identity'>,
  org: string,
  entries: readonly AuditEntry[],
): Promise<Readonly<Record<string, string>>> {
  const ids = entries.flatMap(({ impersonatedBy, object }) => [
    ...(impersonatedBy === undefined ? [] : [impersonatedBy]),
    ...(object?.type === 'user' ? [object.id] : []),
  ])
  const isAboutKeys = entries.some(({ object }) => object?.type === 'key')
  const [members, keys] = await Promise.all([
    identity.users.names(org, [...new Set(ids)]),
    isAboutKeys ? identity.keys.list(org) : [],
  ])
  return Object.fromEntries([...members, ...keys].map(({ id, name }) => [id, name]))
}

function actorOf({ actor: { name, ...actor } }: AuditEntry): readonly AuditActor[] {
  return name === undefined ? [] : [{ ...actor, name }]
}
