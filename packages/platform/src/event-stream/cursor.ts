import { z } from 'zod'
import type { Position } from '../realtime/message.ts'
import type { AnyTopic } from '../realtime/topic.ts'

type Kind = AnyTopic['kind']

/** Where a client of several topics stands: one position for each kind of feed. */
export type StreamCursor = Readonly<Partial<Record<Kind, Position>>>

const half = z.object({ e: z.string().max(64), p: z.int().min(0) })
const schema = z.object({ k: half.optional(), p: half.optional() })

/** The cursor as one word, for `Last-Event-ID` and `after`. */
export function writeCursor({ kept, passing }: StreamCursor): string {
  const short = (at: Position | undefined) => (at === undefined ? undefined : { e: at.epoch, p: at.position })
  return Buffer.from(JSON.stringify({ k: short(kept), p: short(passing) })).toString('base64url')
}

/** Reads such a word; undefined when it is none. */
export function readCursor(word: string): StreamCursor | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(word, 'base64url').toString()))
    if (!parsed.success) return undefined
    const { k, p } = parsed.data
    return {
      ...(k !== undefined && { kept: { epoch: k.e, position: k.p } }),
      ...(p !== undefined && { passing: { epoch: p.e, position: p.p } }),
    }
  } catch {
    return undefined
  }
}
