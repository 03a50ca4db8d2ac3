import type { AuditInput } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import { type Actor, SYSTEM } from './principal.ts'
import type { IdentityTables } from './schema.ts'

/** Somebody as the log names them: by their id, and by a name that can be erased. */
export type Named = Pick<IdentityTables['platform_user'], 'id' | 'name'>

/** Where and from where something happened at the door. */
export interface AtDoor {
  readonly org: string
  readonly requestId?: string | undefined
}

/** How somebody came in; `organisation`: from another one of theirs. */
export type Way = 'password' | 'passkey' | 'sso' | 'second-factor' | 'organisation'

/** The transaction an entry belongs to. */
export type JournalWriter = Parameters<AuditLog['record']>[0]

/** A guess that was wrong: of whose account, the how manieth in the window, and whether it shut that account. */
export interface WrongGuess {
  /** Absent: there is no such account. */
  readonly user: Named | undefined
  readonly nth: number
  readonly isLocked: boolean
  /** The client's address. Kept only with an account, whose owner's erasure takes it away. */
  readonly from: string | undefined
}

/**
 * Enters what happens at public addresses, which nobody's request accompanies (see http/mount.ts). Everything personal is in parts that
 * `audit.forget` erases: the actor's name, and the detail of entries about that person.
 */
export interface Journal {
  /** `auth.sign-in`, or `auth.first-factor` for who is not in yet because a second factor is `awaited`. */
  signedIn(tx: JournalWriter, user: Named, at: AtDoor & { readonly by: Way; readonly awaited: boolean }): Promise<void>
  /** The first wrong guess in a window and the one that locks; those between would let an attacker fill the log. */
  guessed(guess: WrongGuess, at: AtDoor): Promise<void>
  accepted(
    tx: JournalWriter,
    user: Named,
    at: AtDoor & { readonly invitation: string; readonly isFirst: boolean },
  ): Promise<void>
  /** In the log of the new organisation, which has no other beginning. */
  founded(tx: JournalWriter, actor: Actor, org: string): Promise<void>
  /** What becomes of an organisation: in its own log, in that of whoever did it, and in that of `home`, which stays. */
  changed(
    tx: JournalWriter,
    actor: Actor,
    change: Pick<AuditInput, 'action' | 'before' | 'after' | 'requestId'> & {
      readonly id: string
      readonly home: string
    },
  ): Promise<void>
  /** Names what is made, before its change commits: the request could not know its id. */
  makes(type: 'invitation' | 'key' | 'organisation' | 'passkey', id: string): void
  /** A password was set by a link, with the transaction that sets it. */
  passwordSet(tx: JournalWriter, user: Named, at: AtDoor): Promise<void>
  /** Runs work that signs out or changes a password; its change and the entry commit together. */
  accompany(user: Named, action: string, at: AtDoor, work: () => Promise<Response>): Promise<Response>
}

/** The journal over an audit log. */
export function createJournal(audit: Pick<AuditLog, 'about' | 'record' | 'accompany'>): Journal {
  const entryOf = ({ id, name }: Named, action: string, { org, requestId }: AtDoor, after?: object) => ({
    org,
    actor: { kind: 'user' as const, id, name },
    action,
    object: { type: 'user', id },
    person: id,
    requestId,
    ...(after && { after }),
  })
  return {
    async signedIn(tx, user, { by, awaited, ...at }) {
      await audit.record(tx, entryOf(user, awaited ? 'auth.first-factor' : 'auth.sign-in', at, { by }))
    },
    async guessed({ user, nth, isLocked, from }, { org, requestId }) {
      if (nth !== 1 && !isLocked) return
      await audit.record(undefined, {
        org,
        actor: SYSTEM,
        action: isLocked ? 'auth.sign-in-locked' : 'auth.sign-in-failed',
        ...(user && { object: { type: 'user', id: user.id }, person: user.id }),
        after: { account: user === undefined ? 'unknown' : 'known', ...(user && from !== undefined && { from }) },
        requestId,
      })
    },
    async accepted(tx, user, { invitation, isFirst, ...at }) {
      const action = isFirst ? 'auth.bootstrap' : 'invitations.accept'
      await audit.record(tx, { ...entryOf(user, action, at), object: { type: 'invitation', id: invitation } })
    },
    async passwordSet(tx, user, at) {
      await audit.record(tx, entryOf(user, 'auth.password-set', at))
    },
    async founded(tx, actor, org) {
      await audit.record(tx, { org, actor, action: 'organisations.create', object: { type: 'organisation', id: org } })
    },
    async changed(tx, actor, { id, home, ...change }) {
      for (const org of new Set([id, home]))
        await audit.record(tx, { org, actor, object: { type: 'organisation', id }, ...change })
    },
    makes: (type, id) => audit.about({ type, id }),
    accompany: (user, action, at, work) =>
      audit.accompany(entryOf(user, action, at), work, { succeeded: ({ ok }) => ok }),
  }
}
