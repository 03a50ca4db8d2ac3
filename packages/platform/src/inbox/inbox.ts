import { type Clock, type Database, type Engine, type EngineTransaction, job } from '@regie/engine'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { isoOf, isoOrNone } from '../api/instant.ts'
import { type GuardedJob, guarded, NOBODY } from '../app/by-hand.ts'
import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import { isPushAddress, PUSH_HOSTS } from '../push/hosts.ts'
import { sendPush } from '../push/send.ts'
import { newVapidKey, type VapidKey, vapidKey } from '../push/vapid.ts'
import type { Publisher } from '../realtime/realtime.ts'
import {
  countUnread,
  insertNotification,
  isStranger,
  listNotifications,
  markRead,
  type NotificationPage,
  type NotificationRecord,
  type Owner,
  pruneNotifications,
} from './store/notifications.ts'
import {
  deleteSubscription,
  findSubscription,
  listSubscriptions,
  saveSubscription,
  sharedPushKey,
} from './store/push.ts'
import { meTopic, type notificationView } from './topic.ts'

/** What somebody is told. */
export interface Notice {
  /** One line, 1 to 200 characters. */
  readonly title: string
  /** At most 2,000 characters. */
  readonly body?: string
  /** An address within the console, such as `/quotes/7`, or an https one. */
  readonly link?: string
}

/** The inboxes of people, and their browsers. */
export interface Inbox {
  /** Sends push messages; one run for each browser. */
  readonly jobs: readonly GuardedJob[]
  /** Puts a notice into somebody's inbox, tells their open windows, and their browsers if they asked for it. Throws `NOTICE_INVALID`. */
  notify(owner: Owner, notice: Notice, tx?: EngineTransaction): Promise<void>
  /** One page, the newest first, and one more than `limit` when there is another; how many are unread in all. */
  list(
    owner: Owner,
    page: NotificationPage,
  ): Promise<{ readonly rows: readonly NotificationRecord[]; readonly unread: number }>
  /** Marks one as read, or all; answers how many are still unread. */
  read(owner: Owner, id?: string): Promise<number>
  /** Deletes notices from before an instant (milliseconds UTC). */
  prune(before: number): Promise<number>
  /** For `pushManager.subscribe`. */
  pushKey(): Promise<string>
  /** Remembers a browser; answers the subscription's id. Throws `PUSH_ADDRESS_REFUSED`. */
  subscribePush(owner: Owner, browser: { endpoint: string; p256dh: string; auth: string }): Promise<string>
  unsubscribePush(owner: Owner, id: string): Promise<void>
}

/** What inboxes are made of. */
export interface InboxOptions {
  readonly database: Database
  readonly clock: Clock
  readonly publisher: Publisher
  readonly engine: () => Engine
  readonly fetch: typeof globalThis.fetch
  /** The sender of mail, whose address push services may complain to. */
  readonly mailFrom: string
  /** Hosts of push services. Default {@link PUSH_HOSTS}. */
  readonly pushHosts?: readonly string[]
}

const noticeSchema = z.object({
  title: z.string().trim().min(1).max(200),
  body: z.string().max(2_000).default(''),
  link: z
    .string()
    .max(1_000)
    .regex(/^(\/(?!\/)|https:\/\/)/)
    .optional(),
})

/** Opens the inboxes; nothing happens before they are used. */
export function createInbox(options: InboxOptions): Inbox {
  const { database, clock, publisher, engine, fetch, mailFrom, pushHosts = PUSH_HOSTS } = options
  let key: Promise<VapidKey> | undefined
  const ownKey = (): Promise<VapidKey> => {
    key ??= sharedPushKey(database, newVapidKey()).then(vapidKey)
    // A database that does not answer now may answer later.
    key.catch(() => {
      key = undefined
    })
    return key
  }
  const contact = `mailto:${/[^\s@<>]+@[^\s@<>]+/.exec(mailFrom)?.[0] ?? 'regie@localhost'}`
  const push = job({
    name: 'notify.push',
    input: z.object({ org: z.string(), subscription: z.string(), content: z.string(), collapse: z.string() }),
    retry: { attempts: 5, base: '30s' },
    async run(context, { org, subscription, content, collapse }) {
      const found = await findSubscription(database, org, subscription)
      if (found === undefined) return 'gone'
      const sender = { fetch, clock: context.clock, key: await ownKey(), hosts: pushHosts, contact }
      if (await sendPush(sender, found, content, collapse)) return 'sent'
      await deleteSubscription(database, org, subscription)
      return 'gone'
    },
  })
  const notifyIn = async (owner: Owner, notice: NotificationRecord, tx: EngineTransaction): Promise<void> => {
    const { org, user } = owner
    const db = tx.db as unknown as Kysely<unknown>
    if (await isStranger(db, owner)) return
    await insertNotification(db, owner, notice)
    const told = { kind: 'notification' as const, notification: viewNotification(notice) }
    await publisher.publish(meTopic, {}, told, { org, person: user }, tx)
    const browsers = await listSubscriptions(db, owner)
    const { id, title, body, link } = notice
    const content = JSON.stringify({ id, title, body, ...(link !== undefined && { link }) })
    const inputs = browsers.map((subscription) => ({ org, subscription, content, collapse: id }))
    if (inputs.length > 0) await tx.enqueueMany(push, inputs, { org })
  }
  return {
    // Its input says whose browser it is, of whichever organisation.
    jobs: [guarded(NOBODY, push)],
    async notify(owner, notice, tx) {
      const parsed = noticeSchema.safeParse(notice)
      if (!parsed.success) throw noticeInvalid(parsed.error)
      const { title, body, link } = parsed.data
      const now = clock.now()
      const record = { id: newId(now), title, body, createdAt: now, ...(link !== undefined && { link }) }
      if (tx !== undefined) return notifyIn(owner, record, tx)
      await engine().transaction((own) => notifyIn(owner, record, own))
    },
    list: async (owner, page) => ({
      rows: await listNotifications(database, owner, page),
      unread: await countUnread(database, owner),
    }),
    async read(owner, id) {
      const { org, user } = owner
      await engine().transaction(async (tx) => {
        const changed = await markRead(tx.db as unknown as Kysely<unknown>, owner, clock.now(), id)
        const told = { kind: 'read' as const, ...(id !== undefined && { id }) }
        if (changed > 0) await publisher.publish(meTopic, {}, told, { org, person: user }, tx)
      })
      return countUnread(database, owner)
    },
    prune: (before) => pruneNotifications(database, before),
    pushKey: async () => (await ownKey()).publicKey,
    subscribePush(owner, browser) {
      const now = clock.now()
      if (isPushAddress(browser.endpoint, pushHosts))
        return saveSubscription(database, owner, { id: newId(now), ...browser }, now)
      throw new PlatformError(
        'PUSH_ADDRESS_REFUSED',
        `This is no address of a known push service: ${pushHosts.join(', ')}.`,
        { status: 400 },
      )
    },
    async unsubscribePush({ org, user }, id) {
      await deleteSubscription(database, org, id, user)
    },
  }
}

/** Writes a notification as the API does. */
export function viewNotification({ createdAt, readAt, ...rest }: NotificationRecord): z.input<typeof notificationView> {
  return { ...rest, createdAt: isoOf(createdAt), ...isoOrNone('readAt', readAt) }
}

function noticeInvalid(cause: z.ZodError): PlatformError {
  return new PlatformError(
    'NOTICE_INVALID',
    `this cannot be told: ${cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    { cause },
  )
}
