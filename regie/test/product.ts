import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type AnyApp,
  createPlatform,
  type OpenApiDocument,
  openApiDocument,
  type Platform,
  parseConfig,
} from '@regie/platform'
import { ownDatabase } from '@regie/platform/testing'
import { apps } from '../src/apps.ts'
import { credentialsOf, everybody, type People, type Who } from './identity.ts'

/** Every abuse is tried on both stores. */
export const STORES = ['SQLite', 'PostgreSQL'] as const

/** What an address answered. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Parsed, when it is JSON. */
  readonly json: unknown
}

/** A request, as it goes over the wire. */
export interface Asking {
  readonly method?: string
  /** Default: nobody. */
  readonly as?: Who
  readonly headers?: Readonly<Record<string, string>>
  /** Written as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Buffer
}

/** The whole product, with workers, on a folder and a database of its own. */
export interface Product extends AsyncDisposable {
  readonly platform: Platform
  /** Whom who asks is taken for; empty to begin with. */
  readonly people: People
  /** Such as `http://127.0.0.1:7070`. */
  readonly address: string
  readonly document: OpenApiDocument
  ask(path: string, asking?: Asking): Promise<Answer>
}

/** Opens it, with further apps and other settings when asked; nothing in it yet. */
export async function openProduct(
  store: (typeof STORES)[number],
  more: readonly AnyApp[] = [],
  settings: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const composed = [...apps, ...more]
  const folder = await mkdtemp(join(tmpdir(), 'regie-abuse-'))
  const database = store === 'SQLite' ? undefined : await ownDatabase()
  const env = {
    // These tests ask as fast as they can.
    REGIE_RATE_LIMIT: 'off',
    REGIE_SIGN_IN_RATE_LIMIT: 'off',
    REGIE_DATA_DIR: folder,
    REGIE_PORT: '0',
    REGIE_LOG_LEVEL: 'error',
    ...(database !== undefined && { DATABASE_URL: database.url }),
    ...settings,
  }
  const people: People = new Map()
  const identity = everybody(people)
  const platform = await createPlatform({ config: parseConfig(env, {}, composed), apps: composed, identity })
  const { address = '' } = await platform.start()
  return {
    platform,
    people,
    address,
    document: openApiDocument({
      endpoints: platform.endpoints,
      others: platform.servedApart,
      apps: composed,
      version: 'test',
    }),
    ask: (path, asking) => ask(address, path, asking),
    async [Symbol.asyncDispose]() {
      await platform.stop()
      await database?.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** `fetch` would mend odd paths before it sends them. */
function ask(address: string, path: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'GET', as, headers = {}, json } = asking
  const body = asking.body ?? (json === undefined ? undefined : JSON.stringify(json))
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(address, {
      method,
      path,
      headers: {
        connection: 'close',
        ...(as !== undefined && credentialsOf(as)),
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      text(incoming).then((content) => {
        const isJson = incoming.headers['content-type']?.includes('json') === true && content !== ''
        const status = incoming.statusCode ?? 0
        resolve({ status, headers: incoming.headers, body: content, json: isJson ? JSON.parse(content) : undefined })
      }, reject)
    })
    outgoing.end(body)
  })
}
