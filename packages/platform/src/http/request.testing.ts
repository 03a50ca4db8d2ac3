import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'

/** An answer, its body as text and, when it is JSON, parsed. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  readonly json: unknown
}

/** One request as it is written, also with headers that `fetch` refuses to send, such as Host and Origin. */
export interface Send {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** Sends one request on a connection of its own. */
export function send(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body }: Send = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(address, { method, path, headers: { connection: 'close', ...headers } })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      text(incoming).then((content) => {
        const isJson = incoming.headers['content-type']?.includes('json') === true && content !== ''
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: content,
          json: isJson ? JSON.parse(content) : undefined,
        })
      }, reject)
    })
    outgoing.end(body)
  })
}

/** Sends a JSON body. */
export function sendJson(address: string, path: string, body: unknown, method = 'POST'): Promise<Answer> {
  return send(address, path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}
