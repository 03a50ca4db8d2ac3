import type { Message } from '../realtime/message.ts'
import { REPLY_ERRORS, type ReplyError } from './protocol.ts'

// One message goes to many clients who all call its channel by the same name: its frame is made once.
const frames = new WeakMap<Message, { readonly name: string; readonly frame: string }>()

/** The push of a message. */
export function publicationFrame(name: string, message: Message): string {
  const known = frames.get(message)
  if (known?.name === name) return known.frame
  const frame = `{"push":{"channel":${JSON.stringify(name)},"pub":${publication(message)}}}`
  frames.set(message, { name, frame })
  return frame
}

/** A message as the protocol writes it. Its content is JSON already. */
function publication({ content, position }: Message): string {
  return `{"data":${content},"offset":${position}}`
}

/** Any other push. */
export function pushFrame(channel: string, push: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ push: { channel, ...push } })
}

/** A result. `publications` are put in as they are. */
export function replyFrame(
  id: number,
  method: string,
  result: Readonly<Record<string, unknown>>,
  publications: readonly Message[] = [],
): string {
  const body = JSON.stringify(result)
  const comma = body === '{}' ? '' : ','
  const list = publications.length === 0 ? '' : `${comma}"publications":[${publications.map(publication).join(',')}]`
  return `{"id":${id},${JSON.stringify(method)}:${body.slice(0, -1)}${list}}}`
}

/** A refusal. */
export function errorFrame(id: number, error: ReplyError): string {
  return JSON.stringify({ id, error: REPLY_ERRORS[error] })
}
