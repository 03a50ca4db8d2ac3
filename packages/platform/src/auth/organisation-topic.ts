import { z } from 'zod'
import { topic } from '../realtime/topic.ts'

/** What the organisation one works in is called, when that changes. */
export const organisationTopic = topic({
  name: 'organisation',
  summary: 'Another name of the organisation one works in',
  data: z.object({ name: z.string() }),
  access: 'signed-in',
})
