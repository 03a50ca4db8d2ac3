import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateFiles } from '../tools/generated.ts'
import { openProduct, type Product } from './product.ts'

const root = join(import.meta.dirname, '..', '..')
interface Described {
  readonly headers?: object
  readonly content?: Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** What answers lists and is none itself, and why. */
const NO_LISTS: Readonly<Record<string, string>> = {
  '/api/v1/auth/jwks': 'RFC 7517 calls them keys',
  '/api/v1/console': 'what a console needs to begin',
  '/api/v1/me': 'one person',
  '/api/v1/quotes/quotes/{quoteId}': 'one quote',
  '/api/v1/runs/{id}': 'one run',
  '/api/v1/runs/{id}/history': 'one life: what was done to a run, and how it was ended',
  '/api/v1/users/{id}': 'one user',
  '/api/v1/workflows/{id}': 'one workflow',
}

/** An address as guides name it, its query, and the parameters listed in brackets after it. */
const NAMED = /\b(GET|POST|PUT|PATCH|DELETE) (\/api\/v1\/[\w/:.-]*)(\?[\w=&|…]*)?`?(?: \(((?:`\w+`(?:, )?)+)\))?/g

interface Shape {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
}

describe('what is generated from the endpoints', async () => {
  it.each(await generateFiles())('$path is what npm run openapi would write', async ({ path, text }) => {
    const committed = await readFile(join(root, path), 'utf8').catch(() => '')
    expect(committed, 'npm run openapi writes it').toBe(text)
  })
})

describe('the reference of the product', () => {
  let product: Product
  beforeAll(async () => {
    product = await openProduct('SQLite')
  })
  afterAll(() => product[Symbol.asyncDispose]())

  const operations = () =>
    Object.entries(product.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    )

  const isOf = (path: string, method: string) => (served: { readonly url: string; readonly method: string }) =>
    served.url === path.replace(/\{(\w+)\}/g, ':$1') && served.method === method.toUpperCase()

  const endpointOf = (path: string, method: string) => {
    const { endpoints, servedApart } = product.platform
    return [...endpoints, ...servedApart].find(isOf(path, method))
  }

  it('describes each address once, with a name of its own, a summary and every parameter of its path', () => {
    const { endpoints, servedApart } = product.platform
    expect(operations().length).toBe(endpoints.length + servedApart.length)
    expect(new Set(operations().map(({ operation }) => operation.operationId)).size).toBe(operations().length)
    for (const { path, method, operation } of operations()) {
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      expect({ path, declared: declared.map(({ name }) => name) }).toEqual({ path, declared: named })
      expect(declared.every(({ required }) => required)).toBe(true)
      expect(METHODS).toContain(method)
      expect(operation.summary, path).toMatch(/^\S.{3,}/)
      expect(operation.tags, path).toHaveLength(1)
      const statuses = Object.keys(operation.responses)
      expect(statuses.filter((status) => /^[23]/.test(status)).length, path).toBeGreaterThan(0)
      const { access } = endpointOf(path, method) ?? {}
      const refusals = access === 'public' ? [] : access === 'signed-in' ? ['401'] : ['401', '403']
      expect(statuses, path).toEqual(expect.arrayContaining(['400', '500', ...refusals]))
      expect({ path, permission: operation['x-permission'] ?? 'none' }).toEqual({
        path,
        permission: access?.includes('.') === true ? access : 'none',
      })
      expect({ path, open: operation.security.length === 0 }).toEqual({ path, open: access === 'public' })
    }
  })

  it('takes every parameter that a guide names', async () => {
    const guides = join(root, 'docs', 'guides')
    const texts = await Promise.all((await readdir(guides)).map((name) => readFile(join(guides, name), 'utf8')))
    const named = texts.flatMap((text) => [...text.matchAll(NAMED)])
    const odd = named.flatMap(([, method = '', path = '', query = '', list = '']) => {
      const known = operations().find((one) => one.method === method.toLowerCase() && isNamed(one.path, path))
      const given = [...query.matchAll(/[?&](\w+)/g), ...list.matchAll(/`(\w+)`/g)].map((match) => match[1])
      // Streams and files are described elsewhere.
      if (known === undefined) return []
      const taken = (known.operation.parameters ?? []).map(({ name }) => name)
      return given.filter((name) => !taken.includes(name ?? '')).map((name) => `${method} ${path} ${name}`)
    })
    expect(named.length).toBeGreaterThan(20)
    expect(odd).toEqual([])
  })

  it('refers to nothing that is not there', () => {
    const { schemas, responses, headers } = product.document.components
    const references = [...JSON.stringify(product.document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    const known = [
      ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
      ...Object.keys(responses).map((name) => `#/components/responses/${name}`),
      ...Object.keys(headers).map((name) => `#/components/headers/${name}`),
    ]
    expect(references.filter((reference) => !known.includes(reference))).toEqual([])
  })

  it('calls the items of each list items', () => {
    const { schemas } = product.document.components
    const resolved = (shape: Shape): Shape => ({ ...schemas[shape.$ref?.split('/').at(-1) ?? ''], ...shape })
    const otherwise = operations().flatMap(({ path, method, operation }) => {
      const { schema = {} } = (operation.responses['200'] as Described | undefined)?.content?.['application/json'] ?? {}
      const { type, properties = {} } = resolved(schema)
      const lists = Object.entries(properties).filter(([, field]) => resolved(field).type === 'array')
      const isOther = type === 'array' || (lists.length > 0 && lists.every(([name]) => name !== 'items'))
      return method === 'get' && isOther ? [path] : []
    })
    expect(otherwise.toSorted()).toEqual(Object.keys(NO_LISTS))
  })

  it('writes each instant as text, and none as a number', () => {
    const { schemas } = product.document.components
    const shapes = operations().flatMap(({ operation }) => JSON.stringify(operation))
    const fields = [...shapes, JSON.stringify(schemas)].join().matchAll(/"(at|\w+At)":(\{"type":[^,}]+)/g)
    const written = [...fields].map(([, name = '', shape = '']) => ({ name, isText: shape.includes('"string"') }))
    expect(written.filter(({ isText }) => !isText)).toEqual([])
    expect(written.length).toBeGreaterThan(50)
  })

  it('has an example of each body, which the address itself accepts', () => {
    const withBody = operations().filter(({ operation }) => operation.requestBody !== undefined)
    expect(withBody.length).toBeGreaterThan(5)
    for (const { path, method, operation } of withBody) {
      const endpoint = endpointOf(path, method)
      const fields = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'header')
      const inPath = fields.map(({ name, example }) => [name, example] as const)
      const [content] = Object.values(operation.requestBody?.content ?? {})
      const body = content?.example as object
      const parsed = endpoint?.input.safeParse({ ...Object.fromEntries(inPath), ...body })
      expect({ path, example: body, error: parsed?.error }).toMatchObject({ path, example: {}, error: undefined })
    }
  })

  it('has an example of each answer, each parameter and each refusal, which its schema accepts', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
    ajv.addSchema({ $id: 'regie', components: product.document.components })
    const wrong: string[] = []
    const judge = (where: string, schema: object, example: unknown) => {
      const written = JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"regie#')
      const validate = ajv.compile(JSON.parse(written) as object)
      if (example === undefined) wrong.push(`${where} has none`)
      else if (!validate(example)) wrong.push(`${where}: ${ajv.errorsText(validate.errors)}`)
    }
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`
      for (const { name, schema, example, required } of operation.parameters ?? [])
        if (required || example !== undefined) judge(`${where} ${name}`, schema, example)
      const bodies = [operation.requestBody, ...Object.values(operation.responses)] as readonly Described[]
      for (const [type, { schema, example }] of bodies.flatMap((one) => Object.entries(one?.content ?? {})))
        judge(`${where} ${type}`, schema, example)
    }
    for (const [name, { content = {} }] of Object.entries(
      product.document.components.responses as Readonly<Record<string, Described>>,
    ))
      for (const { schema, example } of Object.values(content)) judge(name, schema, example)
    expect(wrong).toEqual([])
  })

  it('tells of the key for sending again, of limits and of when to come back', () => {
    for (const { path, method, operation } of operations()) {
      const isApart = product.platform.servedApart.some(isOf(path, method))
      const isUnsafe = method !== 'get' && operation.security.length > 0 && !isApart
      const headers = (operation.parameters ?? []).filter((parameter) => parameter.in === 'header')
      expect({ path, method, keys: headers.map(({ name }) => name) }).toEqual({
        path,
        method,
        keys: isUnsafe ? ['Idempotency-Key'] : [],
      })
      const [[, answer] = []] = Object.entries(operation.responses) as [string, Described][]
      expect({ path, headers: answer?.headers }).toMatchObject({ path, headers: { RateLimit: {}, 'X-Request-Id': {} } })
      expect(operation.security).toEqual(operation.security.length === 0 ? [] : [{ session: [] }, { bearer: [] }])
    }
    expect(product.document.components.responses).toMatchObject({
      Problem429: { headers: { 'Retry-After': {}, RateLimit: {} } },
      Problem503: { headers: { 'Retry-After': {} } },
    })
  })
})

function isNamed(path: string, named: string): boolean {
  const parts = named.split('/')
  const own = path.split('/')
  return (
    own.length === parts.length &&
    own.every((part, index) => part === parts[index] || (part.startsWith('{') && parts[index]?.startsWith(':')))
  )
}
