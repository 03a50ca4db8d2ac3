import { z } from 'zod'
import type { ChannelKey } from './message.ts'

const message = z.object({ org: z.string(), channel: z.string(), content: z.string() })
const wanted = z.object({ wanted: z.object({ org: z.string(), channel: z.string() }) })
const ask = z.object({ ask: z.literal(true) })
const lost = z.object({ lost: z.literal(true) })
const recheck = z.object({ recheck: z.literal(true) })
const line = z.union([message, wanted, ask, lost, recheck])

/** What processes say to each other: a message, that somebody listens, "who listens?", that lines were left out, and that a session may have ended. */
export type Carried = z.infer<typeof line>

/** Reads a line of another process; undefined for what is none, as a later version may say. */
export function readCarried(text: string): Carried | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** A passing message. */
export function messageLine(key: ChannelKey, content: string): string {
  return JSON.stringify({ org: key.org, channel: key.channel, content } satisfies z.infer<typeof message>)
}

/** Somebody here listens to the channel. */
export function wantedLine({ org, channel }: ChannelKey): string {
  return JSON.stringify({ wanted: { org, channel } } satisfies z.infer<typeof wanted>)
}

/** Asks the others to say what somebody listens to. */
export const ASK_LINE: string = JSON.stringify({ ask: true } satisfies z.infer<typeof ask>)

/** Sessions, keys or rights may have ended. */
export const RECHECK_LINE: string = JSON.stringify({ recheck: true } satisfies z.infer<typeof recheck>)
