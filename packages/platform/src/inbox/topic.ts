import { z } from 'zod'
import { instant } from '../api/instant.ts'
import { topic } from '../realtime/topic.ts'

/** A notification as the API shows it. */
export const notificationView = z.object({
  id: z.string(),
  title: z.string(),
  body: z.string(),
  /** An address within the console, or elsewhere. */
  link: z.string().optional(),
  createdAt: instant,
  readAt: instant.optional(),
})

/** What concerns one person: what they are told, and what they have read in another window. */
export const meTopic = topic({
  name: 'me',
  summary: "One's own notifications",
  data: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('notification'), notification: notificationView }),
    /** Without `id`: all of them. */
    z.object({ kind: z.literal('read'), id: z.string().optional() }),
  ]),
  access: 'signed-in',
  audience: 'person',
})
