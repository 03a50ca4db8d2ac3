import { Readable } from 'node:stream'
import { z } from 'zod'

/** A file as a route answers it. */
export interface FileAnswer {
  /** What it is called where it is saved. */
  readonly name: string
  /** Its media type, such as `application/pdf`. */
  readonly type: string
  readonly body: Uint8Array | Readable
}

const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/

/** The `output` of a `GET` route that answers a file, made with {@link file}. It is sent as it is, always to be saved, never to be shown. */
export const fileAnswer: z.ZodType<FileAnswer> = z
  .custom<FileAnswer>(isFile, 'is not what file() makes')
  .meta({ type: 'string', format: 'binary' })

/** A file to be answered by a route with `output: fileAnswer`. Throws a TypeError for what is no media type. */
export function file(answer: FileAnswer): FileAnswer {
  if (TYPE.test(answer.type)) return answer
  throw new TypeError(`${JSON.stringify(answer.type)} is no media type: give one such as application/pdf`)
}

/** The headers a file is sent with. What a person has named must neither end the header nor show itself in the page's own origin. */
export function fileHeaders({ name, type }: Pick<FileAnswer, 'name' | 'type'>): Readonly<Record<string, string>> {
  const whole = name.toWellFormed().replace(/[/\\\p{Cc}]/gu, '_')
  const plain = whole.replace(/[^\w .()+,-]/g, '_')
  const encoded = encodeURIComponent(whole).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    'content-type': type,
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
  }
}

function isFile(value: unknown): value is FileAnswer {
  if (typeof value !== 'object' || value === null || !('name' in value && 'type' in value && 'body' in value))
    return false
  const { name, type, body } = value
  const isBody = body instanceof Uint8Array || body instanceof Readable
  return typeof name === 'string' && typeof type === 'string' && TYPE.test(type) && isBody
}
