import { newId } from '../id.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { spokenTo } from './mails.ts'
import type { IdentityTables } from './schema.ts'
import { listOrganisations } from './store/organisations.ts'
import { findUser } from './store/people.ts'
import { type AccountChange, changeWords } from './told-words.ts'
import type { IdentityWorld } from './world.ts'

/** What somebody is told of their own account. */
export interface Told {
  readonly what: AccountChange
  /** How what was made is called. */
  readonly name?: string
  /** Whose inbox it is put into, of somebody who belongs to several. Default: the oldest membership. */
  readonly org?: string
  /** The client's address. Absent: somebody else did it. */
  readonly from?: string | undefined
  /** How many passkeys let in. */
  readonly passkeys?: number
}

/**
 * Tells the owner of an account what was done to it, by e-mail and in their inbox, in their language, so that who did not do it themselves knows. It never
 * fails: what was done is done, and an error is a line in the log.
 */
export type TellOwner = (userId: string, told: Told) => Promise<void>

/** The one that tells. */
export function createTellOwner(
  { config, database, clock, log, mail, address }: IdentityWorld,
  inbox: () => Pick<Inbox, 'notify'>,
): TellOwner {
  const db = () => database.kysely<IdentityTables>()
  const failed = (err: unknown) =>
    log.error({ err, part: 'auth' }, 'somebody was not told what was done to their account')
  const tell = async (userId: string, told: Told): Promise<void> => {
    const user = await findUser(db(), { id: userId })
    if (user === undefined) return
    const now = clock.now()
    const { title, body, hello } = changeWords(spokenTo(config.org, user), { ...told, now, person: user.name })
    // Not waited for: a slow mail server holds nobody up.
    mail
      .send({
        to: user.email,
        key: `account-${newId(now)}`,
        subject: title,
        text: `${hello}\n\n${title}.\n\n${body}\n\n${await address()}/account\n`,
      })
      .catch(failed)
    const org = told.org ?? (await listOrganisations(db(), userId))[0]?.id
    if (org !== undefined) await inbox().notify({ org, user: userId }, { title, body, link: '/account' })
  }
  return (userId, told) => tell(userId, told).catch(failed)
}
