import { z } from 'zod'
import type { Principal } from '../auth/principal.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, pageInput, toPage } from '../http/page.ts'
import { formed } from '../validate/form.ts'
import { type Inbox, viewNotification } from './inbox.ts'
import type { Owner } from './store/notifications.ts'
import { notificationView } from './topic.ts'

const LIST = 'notifications'
// The keys of RFC 8291, appendix A: nobody's.
const publicKey = formed('public-key').meta({
  examples: ['BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'],
})
const authSecret = formed('authentication-secret').meta({ examples: ['BTBZMqHH6r4Tts7J_aSIgg'] })
const pushAddress = z
  .url()
  .max(2_000)
  .meta({ examples: ['https://fcm.googleapis.com/fcm/send/example'] })

/** One's own notifications, and the browsers that show them. */
export function inboxEndpoints(inbox: Inbox): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/notifications',
      summary: "List one's own notifications, the newest first",
      access: 'signed-in',
      input: z.object({
        unread: z.stringbool().default(false),
        ...pageInput,
      }),
      output: z.object({ items: z.array(notificationView), unread: z.int(), next: z.string().optional() }),
      async handle({ unread, limit, cursor }, call) {
        const [after] = decodeCursor(LIST, cursor, ['text']) ?? []
        const found = await inbox.list(ownerOf(call.principal()), { unread, limit, after })
        const { items, ...next } = toPage(found.rows, { list: LIST, limit, key: ({ id }) => [id] })
        return { items: items.map(viewNotification), unread: found.unread, ...next }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/notifications/read',
      summary: 'Mark all notifications as read',
      access: 'signed-in',
      input: z.object({}),
      output: z.object({ unread: z.int() }),
      handle: async (_, call) => ({ unread: await inbox.read(ownerOf(call.principal())) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/notifications/:id/read',
      summary: 'Mark a notification as read',
      access: 'signed-in',
      input: z.object({ id: z.uuid() }),
      output: z.object({ unread: z.int() }),
      handle: async ({ id }, call) => ({ unread: await inbox.read(ownerOf(call.principal()), id) }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/push/key',
      summary: 'Show the key for pushManager.subscribe',
      access: 'signed-in',
      input: z.object({}),
      output: z.object({ publicKey: z.string() }),
      handle: async () => ({ publicKey: await inbox.pushKey() }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/push/subscriptions',
      summary: 'Have notifications pushed to this browser: send its PushSubscription as it is',
      access: 'signed-in',
      input: z.object({
        endpoint: pushAddress,
        expirationTime: z.number().nullish(),
        keys: z.object({ p256dh: publicKey, auth: authSecret }),
      }),
      output: z.object({ id: z.string() }),
      status: 201,
      async handle({ endpoint: address, keys }, call) {
        return { id: await inbox.subscribePush(ownerOf(call.principal()), { endpoint: address, ...keys }) }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/push/subscriptions/:id',
      summary: 'Push no more to this browser',
      access: 'signed-in',
      input: z.object({ id: z.uuid() }),
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await inbox.unsubscribePush(ownerOf(call.principal()), id)
        return {}
      },
    }),
  ]
}

function ownerOf({ org, id }: Principal): Owner {
  return { org, user: id }
}
