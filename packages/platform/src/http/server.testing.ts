import { EngineError, silentLogger } from '@regie/engine'
import { z } from 'zod'
import { openIdentity } from '../auth/identity.testing.ts'
import { httpMetrics } from '../observe/http-metrics.ts'
import { createMetrics, type Metrics } from '../observe/metrics.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { createServer, type HttpServer, type ServerOptions } from './server.ts'

interface Witness {
  readonly seen: unknown[]
  readonly begun: (() => void)[]
  readonly gate: { open: () => void }
}

/** The parts of a server that need no database, on a free loopback port. */
export interface TestServer extends AsyncDisposable {
  readonly server: HttpServer
  readonly address: string
  readonly metrics: Metrics
  /** Inputs that reached the handler of orders. */
  readonly seen: readonly unknown[]
  /** Resolves when a request to `/api/v1/shop/slow` is under way. */
  hasBegun(): Promise<void>
  /** Lets that request end. */
  open(): void
}

const line = z.object({ name: z.string().min(1), price: z.int() })

function testEndpoints({ seen, begun, gate }: Witness) {
  return [
    endpoint({
      method: 'POST',
      url: '/api/v1/shop/orders/:orderId',
      summary: 'A test',
      access: 'public',
      input: z.object({
        orderId: z.string().min(3),
        lines: z.array(line).default([]),
        dryRun: z.stringbool().optional(),
      }),
      output: z.object({ orderId: z.string(), count: z.int() }),
      status: 201,
      handle: async (input) => {
        seen.push(input)
        return { orderId: input.orderId, count: input.lines.length, secret: 'never shown' }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/shop/orders',
      summary: 'A test',
      access: 'public',
      input: z.object({ limit: z.coerce.number().int().max(200).default(50) }),
      output: z.object({ limit: z.int() }),
      handle: async ({ limit }) => ({ limit }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/shop/errors/:kind',
      summary: 'A test',
      access: 'public',
      input: z.object({ kind: z.string() }),
      output: z.object({ ok: z.literal(true) }),
      handle: async ({ kind }) => {
        if (kind === 'busy') throw new EngineError('STORE_BUSY', 'a secret of the store')
        if (kind === 'unknown') throw new EngineError('RUN_UNKNOWN', 'there is no run 7')
        if (kind === 'refused') throw Object.assign(new Error('the quote is sent'), { status: 409, code: 'QUOTE_SENT' })
        if (kind === 'bug') throw new Error('password hunter2 is wrong')
        return { ok: false } as never
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/shop/slow',
      summary: 'A test',
      access: 'public',
      input: z.object({}),
      output: z.object({ done: z.literal(true) }),
      handle: async () => {
        await new Promise<void>((resolve) => {
          gate.open = resolve
          for (const tell of begun.splice(0)) tell()
        })
        return { done: true as const }
      },
    }),
  ]
}

/** Starts a server with endpoints of a shop, and `endpoints` besides. */
export async function startTestServer({
  endpoints = [],
  ...options
}: Partial<ServerOptions> & { readonly endpoints?: readonly Endpoint[] } = {}): Promise<TestServer> {
  const witness: Witness = { seen: [], begun: [], gate: { open: () => {} } }
  const metrics = createMetrics()
  const server = createServer({
    host: '127.0.0.1',
    port: 0,
    endpoints: [...testEndpoints(witness), ...endpoints],
    identity: openIdentity('main'),
    audit: { accompany: (_, work) => work() },
    documents: [
      { url: '/page', access: 'public', handle: ({ query }) => ({ type: 'text/html', body: `<p>${query.name}</p>` }) },
    ],
    log: silentLogger,
    metrics: httpMetrics(metrics.meter),
    ...options,
  })
  const address = await server.listen()
  return {
    server,
    address,
    metrics,
    seen: witness.seen,
    hasBegun: () => new Promise((resolve) => witness.begun.push(resolve)),
    open: () => witness.gate.open(),
    async [Symbol.asyncDispose]() {
      await server.close()
      await metrics[Symbol.asyncDispose]()
    },
  }
}
