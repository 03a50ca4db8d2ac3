import { Centrifuge, type Options, type PublicationContext, type Subscription } from 'centrifuge'
import WebSocket from 'ws'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { builders } from '../app/builders.ts'
import { openTestPlatform, type TestPlatformOptions } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import type { Identity } from '../auth/identity.ts'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'

interface Board {
  readonly db: { readonly board_note: { readonly id: string; readonly org_id: string } }
  readonly config: Record<string, never>
  readonly permission: 'note.read' | 'note.write'
}

const { defineApp, topic, route } = builders<Board>('board')

/** Counts up. */
export const ticks = topic({
  name: 'ticks',
  summary: 'Counts',
  data: z.object({ n: z.int() }),
  permission: 'note.read',
})

/** One channel for each note. */
export const notes = topic({
  name: 'note',
  summary: 'One note',
  params: z.object({ id: z.string() }),
  data: z.object({ text: z.string() }),
  permission: 'note.read',
})

/** Not kept. */
export const bursts = topic({
  name: 'bursts',
  summary: 'Bursts',
  data: z.object({ n: z.int(), text: z.string().optional() }),
  kind: 'passing',
  permission: 'note.write',
})

/** An app with topics of each kind. */
export const board: AnyApp = defineApp({
  title: 'Board',
  config: z.strictObject({}),
  events: [],
  projections: [],
  workflows: [],
  reactions: [],
  roles: {},
  checks: [],
  slos: [],
  pages: [],
  migrations: {
    '0001-note': {
      async up(db) {
        await db.schema
          .createTable('board_note')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('org_id', 'text', (column) => column.notNull())
          .execute()
      },
      async down(db) {
        await db.schema.dropTable('board_note').execute()
      },
    },
  },
  permissions: { 'note.read': 'Read notes', 'note.write': 'Write notes' },
  topics: [ticks, notes, bursts],
  jobs: [],
  schedules: [],
  personalData: [],
  stuckOperations: [],
  routes: [
    route({
      method: 'POST',
      path: '/notes',
      summary: 'Write a note',
      permission: 'note.write',
      input: z.object({ id: z.string(), fail: z.boolean().default(false) }),
      output: z.object({}),
      handle: (ctx, { id, fail }) =>
        ctx.transaction(async (tx) => {
          await tx.db.insertInto('board_note').values({ id, org_id: ctx.org }).execute()
          await tx.publish(notes, { id }, { text: id })
          if (fail) throw Object.assign(new Error('no ink'), { status: 409, code: 'NO_INK' })
          return {}
        }),
    }),
  ],
})

/** People by their token or cookie; tests change them as they like. */
export function people(known: Record<string, Principal>): Identity & { readonly known: Record<string, Principal> } {
  return {
    known,
    async authenticate({ headers }) {
      const token = headers.authorization?.replace('Bearer ', '') ?? headers.cookie?.replace('session=', '')
      if (token === undefined) return undefined
      const principal = known[token]
      if (principal === undefined) throw new PlatformError('UNAUTHENTICATED', 'no such session', { status: 401 })
      return principal
    },
  }
}

/** Somebody with permissions. */
export function person(id: string, permissions: readonly string[], org = 'main'): Principal {
  return { kind: 'user', id, name: id, org, permissions: new Set(permissions) }
}

/** A started platform with {@link board}, and SDK clients of it. Anybody may do everything, unless an identity is given. */
export async function openBoard(options: TestPlatformOptions = {}) {
  const test = await openTestPlatform({ apps: [board], identity: openIdentity('main'), ...options })
  const { address = '' } = await test.platform.start()
  const clients: Centrifuge[] = []
  return {
    ...test,
    address,
    url: `${address.replace('http', 'ws')}/connection/websocket`,
    context: () => test.platform.services.context<Board>('board', test.platform.config.org.id),
    connect(more: Partial<Options> = {}, url = `${address.replace('http', 'ws')}/connection/websocket`) {
      const client = connectClient(url, more)
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.disconnect()
      await test[Symbol.asyncDispose]()
    },
  }
}

/** The SDK over `ws`, coming back quickly. */
function connectClient(url: string, more: Partial<Options> = {}): Centrifuge {
  const client = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 5, maxReconnectDelay: 50, ...more })
  client.on('error', () => {})
  client.connect()
  return client
}

/** Subscribes and collects. Resolves once the subscription is live. */
export async function listen(client: Centrifuge, channel: string) {
  const heard: PublicationContext[] = []
  const recoveries: boolean[] = []
  const subscription: Subscription = client.newSubscription(channel)
  subscription.on('publication', (publication) => heard.push(publication))
  subscription.on('subscribed', ({ wasRecovering, recovered }) => {
    if (wasRecovering) recoveries.push(recovered)
  })
  subscription.on('error', () => {})
  subscription.subscribe()
  await subscription.ready(5_000)
  return { heard, recoveries, subscription, numbers: () => heard.map(({ data }) => (data as { n: number }).n) }
}

/** `0 … count - 1`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}
