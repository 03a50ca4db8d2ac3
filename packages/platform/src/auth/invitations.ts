import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import { type Acting, forbidImpersonation } from './acting.ts'
import { makerOf } from './keys.ts'
import { invitationMail, spokenTo } from './mails.ts'
import { changeMembers, requireGrantable } from './members.ts'
import { proveAddress } from './proving.ts'
import { linkInvalid } from './refusal.ts'
import { covers, readList } from './roles.ts'
import type { IdentityTables } from './schema.ts'
import { hashToken, newToken } from './secret.ts'
import {
  findInvitation,
  insertInvitation,
  listInvitations,
  revokeInvitations,
  takeInvitation,
} from './store/invitations.ts'
import { findOrganisation, insertMemberRow, listMemberRoles } from './store/organisations.ts'
import { findMember, findPassword, findUser } from './store/people.ts'
import type { Throttle } from './throttle.ts'
import { insertMember, mailAddress, prepareUser } from './users.ts'
import type { IdentityWorld } from './world.ts'

/** An open invitation. */
export interface Invitation {
  readonly id: string
  readonly email: string
  readonly roles: readonly string[]
  readonly createdAt: number
  readonly expiresAt: number
}

/** What somebody with a link is told before accepting. */
export interface InvitationView {
  readonly organisation: string
  /** Absent: the first administrator, who names an address. */
  readonly email?: string
  /** True for who has an account already, and proves it with its password. */
  readonly known: boolean
}

/** The invitations of an organisation; the only way in. */
export interface Invitations {
  list(org: string): Promise<readonly Invitation[]>
  /** Sends a link by e-mail, and answers it: whoever is shown it can come in with that address. An open one to the same address is withdrawn. Throws `USER_EXISTS` for a member. */
  invite(
    acting: Acting,
    invited: { readonly email: string; readonly roles: readonly string[] },
  ): Promise<Invitation & { readonly link: string }>
  /** Throws `INVITATION_UNKNOWN`. */
  revoke(acting: Acting, id: string): Promise<void>
  /** Throws `LINK_INVALID`. */
  look(token: string): Promise<InvitationView>
  /** Takes the link, once; answers the member's e-mail address. Throws `LINK_INVALID`, `PASSWORD_WEAK`, `SIGN_IN_REFUSED`. */
  accept(given: {
    readonly token: string
    readonly name: string
    readonly email?: string
    readonly password: string
    /** In which they read the page: they are written to in it. */
    readonly language?: 'en' | 'fr' | undefined
    readonly requestId?: string
  }): Promise<{ readonly email: string }>
  /** A link for the first administrator, when nobody may do everything yet; those before it stay valid until one is taken. */
  setupLink(): Promise<string | undefined>
  /** Whether the home organisation has an owner. The last one stays, so that a yes is remembered. */
  hasOwner(): Promise<boolean>
}

const INVITATION_MS = 7 * 86_400_000
const SETUP_MS = 86_400_000

/** The invitations over a world. */
export function createInvitations(world: IdentityWorld, throttle: Throttle): Invitations {
  const { database, clock, config } = world
  const db = () => database.kysely<IdentityTables>()
  const linkFor = async (token: string) => `${await world.address()}/accept-invitation#${token}`
  let isOwned = false
  const hasOwner = async () => {
    isOwned ||= (await listMemberRoles(db(), config.org.id)).length > 0
    return isOwned
  }
  const found = async (token: string) => {
    const invitation = await findInvitation(db(), hashToken(token), clock.now())
    if (invitation !== undefined) return invitation
    throw linkInvalid()
  }
  const keep = async (
    row: Pick<IdentityTables['platform_invitation'], 'org_id' | 'email' | 'invited_by' | 'mailed'>,
    roles: readonly string[],
    forMs: number,
    check: (tx: Kysely<IdentityTables>) => Promise<void>,
  ) => {
    const now = clock.now()
    const token = newToken()
    const kept = { id: newId(now), ...row, roles: JSON.stringify(roles), created_at: now, expires_at: now + forMs }
    world.journal.makes('invitation', kept.id)
    await changeMembers(world, row.org_id, async (tx) => {
      await check(tx)
      // Of several processes that start, each shows a link for the first administrator: the first that is taken ends the others.
      if (row.email !== null) await revokeInvitations(tx, row.org_id, { email: row.email }, now)
      await insertInvitation(tx, { ...kept, token_hash: hashToken(token), accepted_at: null, revoked_at: null })
    })
    return { id: kept.id, createdAt: now, expiresAt: kept.expires_at, link: await linkFor(token) }
  }
  return {
    async list(org) {
      const rows = await listInvitations(db(), org, clock.now())
      return rows.map(({ id, email, roles, created_at: createdAt, expires_at: expiresAt }) => {
        return { id, email: email ?? '', roles: readList(roles), createdAt, expiresAt }
      })
    },
    async invite(acting, { email: given, roles }) {
      forbidImpersonation(acting)
      const email = mailAddress(given)
      // At the command line the link is shown in any case.
      const mailed = world.mail.delivery === 'mail' && acting.actor.kind !== 'operator' ? 1 : 0
      const row = { org_id: acting.org, email, invited_by: (await makerOf(world, acting)) ?? acting.actor.id, mailed }
      const kept = await keep(row, roles, INVITATION_MS, async (tx) => {
        await requireGrantable(world, tx, acting, roles)
        if ((await findMember(tx, acting.org, { email })) !== undefined)
          throw new PlatformError('USER_EXISTS', `${email} is a member already.`, { status: 409, about: { email } })
      })
      const { name } = (await findOrganisation(db(), acting.org)) ?? config.org
      const org = spokenTo({ ...config.org, name }, await findUser(db(), { email }))
      await world.mail.send(invitationMail({ to: email, from: acting.actor.name, org, ...kept }))
      return { ...kept, email, roles }
    },
    async revoke(acting, id) {
      forbidImpersonation(acting)
      if ((await revokeInvitations(db(), acting.org, { id }, clock.now())) > 0) return
      throw new PlatformError('INVITATION_UNKNOWN', `There is no open invitation ${id}.`, { status: 404 })
    },
    async look(token) {
      const { email, org_name: organisation } = await found(token)
      if (email === null) return { organisation, known: false }
      return { organisation, email, known: (await findUser(db(), { email })) !== undefined }
    },
    async accept({ token, name, password, email: given, language, requestId }) {
      const invitation = await found(token)
      const email = invitation.email ?? mailAddress(given ?? '')
      const user = await findUser(db(), { email })
      const now = clock.now()
      const roles = readList(invitation.roles)
      const { id, org_id: org } = invitation
      const at = { org, invitation: id, isFirst: invitation.email === null, requestId }
      const take = async (tx: Kysely<IdentityTables>) => {
        // Whoever invited may be less by now, and gives away no more than they have.
        const inviter = await findMember(tx, org, { id: invitation.invited_by })
        const { permitted } = world.guard
        if (inviter && !covers(await permitted(org, readList(inviter.roles), tx), await permitted(org, roles, tx)))
          throw linkInvalid()
        if (!(await takeInvitation(tx, id, now))) throw linkInvalid()
        // Another one to this address would give other roles back later.
        await revokeInvitations(tx, org, { email: invitation.email }, now)
      }
      if (user !== undefined) {
        await proveKnown(world, throttle, user, password)
        await changeMembers(world, org, async (tx) => {
          await take(tx)
          // Who has become a member meanwhile keeps the roles they have: an owner would not be one any more.
          await insertMemberRow(tx, { org_id: org, user_id: user.id, roles: invitation.roles, created_at: now })
          if (invitation.mailed === 1) await proveAddress(tx, user, now)
          await world.journal.accepted(tx, user, at)
        })
      } else {
        const prepared = await prepareUser(
          world,
          { email, name: name.trim() === '' ? email : name, password, language },
          // The first administrator runs this machine.
          invitation.mailed === 1 || invitation.email === null,
        )
        await changeMembers(world, org, async (tx) => {
          await take(tx)
          await insertMember(tx, org, prepared, roles)
          await world.journal.accepted(tx, prepared.user, at)
        })
      }
      world.guard.forget()
      return { email }
    },
    hasOwner,
    async setupLink() {
      const org = config.org.id
      if (await hasOwner()) return undefined
      const row = { org_id: org, email: null, invited_by: 'system', mailed: 0 }
      return (await keep(row, ['owner'], SETUP_MS, async () => {})).link
    },
  }
}

/** Whoever has an account joins with its password: the link alone proves the mailbox, not the person. */
async function proveKnown(
  { database, passwords }: IdentityWorld,
  throttle: Throttle,
  user: IdentityTables['platform_user'],
  password: string,
): Promise<void> {
  const hash = await findPassword(database.kysely<IdentityTables>(), user.id)
  const { waitSeconds } = await throttle.attempt(`account ${user.email}`)
  if (waitSeconds > 0)
    throw new PlatformError('SIGN_IN_THROTTLED', `Too many attempts: try again in ${waitSeconds} s.`, { status: 429 })
  if (hash !== undefined && user.disabled_at === null && (await passwords.verify(hash, password)))
    return throttle.succeeded(`account ${user.email}`)
  throw new PlatformError('SIGN_IN_REFUSED', 'This is not the password of your account.', { status: 401 })
}
