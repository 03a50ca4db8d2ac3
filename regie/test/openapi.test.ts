import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateFiles } from '../tools/generated.ts'
import { openProduct, type Product } from './product.ts'

const root = join(import.meta.dirname, '..', '..')
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

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

  const endpointOf = (path: string, method: string) =>
    product.platform.endpoints.find(
      ({ url, method: its }) => url === path.replace(/\{(\w+)\}/g, ':$1') && its === method.toUpperCase(),
    )

  it('describes each address once, with a name of its own, a summary and every parameter of its path', () => {
    expect(operations().length).toBe(product.platform.endpoints.length)
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

  it('refers to nothing that is not there', () => {
    const { schemas, responses } = product.document.components
    const references = [...JSON.stringify(product.document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    const known = [
      ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
      ...Object.keys(responses).map((name) => `#/components/responses/${name}`),
    ]
    expect(references.filter((reference) => !known.includes(reference))).toEqual([])
  })

  it('has an example of each body, which the address itself accepts', () => {
    const withBody = operations().filter(({ operation }) => operation.requestBody !== undefined)
    expect(withBody.length).toBeGreaterThan(5)
    for (const { path, method, operation } of withBody) {
      const endpoint = endpointOf(path, method)
      const inPath = (operation.parameters ?? []).map(({ name, example }) => [name, example] as const)
      const body = operation.requestBody?.content['application/json'].example as object
      const parsed = endpoint?.input.safeParse({ ...Object.fromEntries(inPath), ...body })
      expect({ path, example: body, error: parsed?.error }).toMatchObject({ path, example: {}, error: undefined })
    }
  })
})
