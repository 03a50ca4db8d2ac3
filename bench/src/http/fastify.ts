import Fastify from 'fastify'
import type { OpenServer } from './contestant.ts'
import { openPeerStore } from './peer-store.ts'

const text = { type: 'string' } as const
const whole = { type: 'integer' } as const
const item = { type: 'object', properties: { id: text, name: text, price: whole, createdAt: whole } } as const

/** Bare Fastify: its own JSON schemas check and serialise, nobody is asked who they are. */
export async function open(folder: string): Promise<OpenServer> {
  const store = openPeerStore(folder)
  const server = Fastify()
  server.get<{ Params: { itemId: string } }>(
    '/items/:itemId',
    { schema: { params: { type: 'object', properties: { itemId: text } }, response: { 200: item } } },
    async (request) => store.read(request.params.itemId),
  )
  server.get<{ Querystring: { limit: number } }>(
    '/items',
    {
      schema: {
        querystring: { type: 'object', properties: { limit: { ...whole, minimum: 1, maximum: 200, default: 20 } } },
        response: { 200: { type: 'object', properties: { items: { type: 'array', items: item } } } },
      },
    },
    async (request) => ({ items: store.list(request.query.limit) }),
  )
  server.post<{ Body: { name: string; price: number } }>(
    '/items',
    {
      schema: {
        body: {
          type: 'object',
          required: ['name', 'price'],
          properties: { name: { ...text, minLength: 1, maxLength: 200 }, price: { ...whole, minimum: 0 } },
        },
        response: { 201: item },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return store.write(request.body.name, request.body.price)
    },
  )
  server.post<{ Body: { itemId: string } }>(
    '/packs',
    {
      schema: {
        body: { type: 'object', required: ['itemId'], properties: { itemId: text } },
        response: { 202: { type: 'object', properties: { runId: whole, state: text } } },
      },
    },
    async (request, reply) => {
      const runId = store.accept(request.body.itemId)
      reply.code(202).header('location', `/runs/${runId}`)
      return { runId, state: 'queued' }
    },
  )
  return { base: await server.listen({ host: '127.0.0.1', port: 0 }) }
}
