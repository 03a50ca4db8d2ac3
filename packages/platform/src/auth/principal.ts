/** Who asks: a person signed in, a program with a key, or nobody but the machine itself. */
export interface Principal {
  readonly kind: 'user' | 'key'
  /** The user's or the key's id. */
  readonly id: string
  /** For people: in the audit log, in the console. */
  readonly name: string
  /** The organisation this request works in. */
  readonly org: string
  /** Of a key: the user who made it. */
  readonly owner?: string
  /** It is not the one that runs the server: what concerns the whole installation is withheld there. */
  readonly guest?: true
  /** What may be done there, such as `runs.read` or `quotes.quote.send`; `*` is everything. */
  readonly permissions: ReadonlySet<string>
  /** Of a person's session. */
  readonly sessionId?: string
  /** Came with an access token, which must not live on by asking for the next one. */
  readonly byToken?: true
  /** The operator who looks through this person's eyes. */
  readonly impersonatedBy?: string
}

/** Who did something, as the audit log names it. */
export type Actor =
  | { readonly kind: 'user' | 'key'; readonly id: string; readonly name: string; readonly impersonatedBy?: string }
  /** An operator at the command line of this machine. */
  | { readonly kind: 'operator'; readonly id: string; readonly name: string }
  /** A schedule, a job, the platform itself. */
  | { readonly kind: 'system'; readonly id: string; readonly name: string }
  /** Whoever has asked at a public address: nobody knows who. */
  | { readonly kind: 'anonymous'; readonly id: string; readonly name: string }

/** The platform acting by itself. */
export const SYSTEM: Actor = { kind: 'system', id: 'system', name: 'Regie' }

/** Whoever it is, at a public address. */
export const ANONYMOUS: Actor = { kind: 'anonymous', id: 'anonymous', name: 'Anonymous' }

/** The principal as an actor. */
export function actorOf({ kind, id, name, impersonatedBy }: Principal): Actor {
  return { kind, id, name, ...(impersonatedBy !== undefined && { impersonatedBy }) }
}

/** True when the principal may do what the permission lets one do. */
export function mayDo({ permissions }: Pick<Principal, 'permissions'>, permission: string): boolean {
  return permissions.has(permission) || permissions.has('*')
}

/** True for a word that stands for a kind of actor. */
export function isActorKind(word: string): word is Actor['kind'] {
  return ['user', 'key', 'operator', 'system', 'anonymous'].includes(word)
}
