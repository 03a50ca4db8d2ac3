import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { acceptedRun } from '../http/accepted.ts'
import { endpoint } from '../http/endpoint.ts'
import { openApiDocument } from './document.ts'
import { exampleOf } from './example.ts'
import { operationName, singular, subjectName } from './names.ts'
import { samplePattern } from './sample-pattern.ts'
import { inputSchema } from './schema.ts'
import { clientSource } from './typescript.ts'

const order = z.object({
  id: z.uuid(),
  state: z.enum(['open', 'sent']),
  lines: z.array(z.string()),
  at: z.iso.datetime(),
})
const base = { summary: 'A test', access: 'runs.read' as const, output: order }

const endpoints = [
  endpoint({
    ...base,
    method: 'GET',
    url: '/api/v1/orders',
    input: z.object({ open: z.stringbool().optional(), limit: z.coerce.number().int().min(1).default(50) }),
    output: z.object({ items: z.array(order), next: z.string().optional() }),
    handle: async () => ({ items: [] }),
  }),
  endpoint({
    ...base,
    method: 'POST',
    url: '/api/v1/orders/:id/send',
    input: z.object({ id: z.uuid(), to: z.email(), copies: z.int().optional() }),
    status: 202,
    deprecated: { since: '2026-01-02', sunset: '2027-01-02', successor: '/api/v2/orders' },
    handle: async () => ({ id: '', state: 'open' as const, lines: [], at: '' }),
  }),
  endpoint({
    ...base,
    access: 'public',
    method: 'DELETE',
    url: '/api/v1/orders/:id',
    input: z.object({ id: z.uuid(), reason: z.string().optional() }),
    output: z.null(),
    status: 204,
    handle: async () => null,
  }),
]
const document = openApiDocument({ endpoints, apps: [], version: '1.2.3' })

test('the path names its parameters; the rest is the query of GET and DELETE, and the body of the others', () => {
  const placesOf = (path: string, method: string) =>
    document.paths[path]?.[method]?.parameters?.map((parameter) => `${parameter.in} ${parameter.name}`)
  expect(placesOf('/api/v1/orders', 'get')).toEqual(['query open', 'query limit'])
  expect(placesOf('/api/v1/orders/{id}', 'delete')).toEqual(['path id', 'query reason'])
  expect(placesOf('/api/v1/orders/{id}/send', 'post')).toEqual(['path id', 'header Idempotency-Key'])
  expect(document.paths['/api/v1/orders/{id}/send']?.post?.requestBody).toMatchObject({
    required: true,
    content: { 'application/json': { schema: { required: ['to'], additionalProperties: false } } },
  })
  expect(document.paths['/api/v1/orders/{id}']?.delete?.requestBody).toBeUndefined()
})

test('who may use it, how it refuses and that it will go are told', () => {
  const send = document.paths['/api/v1/orders/{id}/send']?.post
  expect(send).toMatchObject({
    operationId: 'postOrderSend',
    'x-permission': 'runs.read',
    deprecated: true,
    security: [{ session: [] }, { bearer: [] }],
  })
  expect(send?.responses['202']).toMatchObject({ headers: { Location: {}, Deprecation: {}, Sunset: {}, Link: {} } })
  expect(send?.responses['415']).toEqual({ $ref: '#/components/responses/Problem415' })
  const remove = document.paths['/api/v1/orders/{id}']?.delete
  expect(remove).toMatchObject({ security: [] })
  expect(Object.keys(remove?.responses ?? {})).not.toContain('401')
  expect(remove?.responses['204']).not.toHaveProperty('content')
})

test('what stands in several places is written once, under the name of the thing', () => {
  expect(document.components.schemas.Order).toMatchObject({ required: ['id', 'state', 'lines', 'at'] })
  const list = document.paths['/api/v1/orders']?.get?.responses['200']
  expect(JSON.stringify(list)).toContain('"items":{"$ref":"#/components/schemas/Order"}')
})

test('accepted runs are of one name, and bytes are told as such', () => {
  const { paths, components } = openApiDocument({
    version: '1',
    apps: [{ id: 'shop', title: 'Shop' }],
    endpoints: ['pack', 'send'].map((act) => ({
      ...endpoint({
        ...{
          summary: 'A test',
          access: 'public' as const,
          method: 'POST' as const,
          url: `/api/v1/shop/orders/:id/${act}`,
        },
        ...{ input: z.object({ id: z.uuid() }), output: acceptedRun, status: 202 },
        handle: async () => ({ runId: 1, state: 'queued' }),
      }),
      app: 'shop',
      takesRaw: true,
    })),
  })
  expect(Object.keys(components.schemas)).toEqual(['Problem', 'AcceptedRun'])
  expect(paths['/api/v1/shop/orders/{id}/send']?.post?.requestBody?.content).toEqual({
    'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
  })
})

test('the version of the document is that of the product, and equal endpoints give equal text', () => {
  expect(document.info.version).toBe('1.2.3')
  expect(JSON.stringify(openApiDocument({ endpoints, apps: [], version: '1.2.3' }))).toBe(JSON.stringify(document))
})

test('two operations of one name are refused with both addresses', () => {
  const [first] = endpoints
  const twice = endpoints.concat(first === undefined ? [] : [{ ...first, url: '/api/v1/orders/' }])
  expect(() => openApiDocument({ endpoints: twice, apps: [], version: '1' })).toThrow(
    /\/api\/v1\/orders and .* getOrders/,
  )
})

test('an operation is named after its method and address', () => {
  expect(operationName('POST', '/quotes/:quoteId/request-changes')).toBe('postQuoteRequestChanges')
  expect(operationName('GET', '/categories/:id')).toBe('getCategory')
  expect(operationName('GET', '/audit/:id')).toBe('getAuditItem')
  expect(['statuses', 'boxes', 'branches', 'runs', 'address', 'status'].map(singular)).toEqual([
    'status',
    'box',
    'branch',
    'run',
    'address',
    'status',
  ])
  expect(subjectName('GET', '/quotes')).toBe('Quotes')
  expect(subjectName('POST', '/quotes')).toBe('Quote')
})

test('an example is one that the schema accepts, also where its JSON Schema cannot say all', () => {
  const even = z.union([z.string(), z.number()]).refine((value) => Number(value) === 1, 'must be one')
  const schema = z.object({
    even,
    code: z.string().regex(/^[A-Z]{2}\d{3}$/),
    never: z
      .string()
      .refine(() => false)
      .optional(),
  })
  const example = exampleOf(schema, inputSchema(schema))
  expect(schema.parse(example)).toEqual({ even: 1, code: 'AA111' })
  const own = z
    .string()
    .refine((text) => text === 'rosebud')
    .meta({ examples: ['rosebud'] })
  expect(exampleOf(own, inputSchema(own))).toBe('rosebud')
})

test('a pattern is sampled, or left alone when it is not plain', () => {
  const patterns = [
    '^[A-Z]{2}[A-Z0-9]{2,13}$',
    '^\\d{9}$',
    '^(?:a|b)+x?$',
    '^\\d{4}-W\\d\\d$',
    '^[^\\s@]+@x\\.y$',
    '^$',
  ]
  for (const pattern of patterns) expect(samplePattern(pattern)).toMatch(new RegExp(pattern))
  expect(samplePattern('^(?!a)\\w$')).toBeUndefined()
})

test('a body that is written once elsewhere is still asked for by the client', () => {
  const shape = z.object({ name: z.string(), email: z.email(), city: z.string().optional() })
  const post = (url: string) =>
    endpoint({
      ...base,
      method: 'POST',
      url,
      input: shape,
      output: z.object({ ok: z.boolean() }),
      handle: async () => ({ ok: true }),
    })
  const source = clientSource(openApiDocument({ endpoints: [post('/api/v1/people')], apps: [], version: '1' }), {})
  expect(source).toContain('export type PostPeopleInput = PeopleInput')
  expect(source).toContain('postPeople(client: Client, input: PostPeopleInput, options?: CallOptions)')
  expect(source).toContain("path: '/api/v1/people' }, input, options)")
})

test('the client has a function and types for each operation', () => {
  const source = clientSource(document, {})
  expect(source).toContain(
    'export function getOrders(client: Client, input: GetOrdersInput = {}, options?: CallOptions)',
  )
  expect(source).toContain("{ method: 'POST', path: '/api/v1/orders/:id/send' }")
  expect(source).toContain(' * @deprecated')
  expect(source).toContain('readonly items: readonly (Order)[]')
})

test('every reference leads somewhere, for apps with refusals of their own and for those without', () => {
  const [first] = endpoints
  const ofApps = ['tea', 'pots'].flatMap((app) =>
    first === undefined ? [] : [{ ...first, app, url: `/api/v1/${app}/orders` }],
  )
  const apps = [
    { id: 'tea', title: 'Tea', errors: { TEA_COLD: 409 } },
    { id: 'pots', title: 'Pots' },
  ]
  const whole = openApiDocument({ endpoints: [...endpoints, ...ofApps], apps, version: '1' })
  const references = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)]
  expect(references.length).toBeGreaterThan(20)
  for (const [reference, kind, name] of references) {
    expect(Object.keys(whole.components[kind as 'schemas' | 'responses' | 'headers']), reference).toContain(name)
  }
  expect(whole.components.responses).toHaveProperty('TeaProblem409.description', expect.stringContaining('TEA_COLD'))
})

test('the schemas are JSON Schemas of 2020-12', () => {
  const ajv = new Ajv2020({ strict: false })
  for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true)
})
