import type { OpenApiDocument, OpenApiOperation } from '@regie/platform'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Answer } from '../product.ts'
import type { Address } from './addresses.ts'

interface Response {
  readonly $ref?: string
  readonly description?: string
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

/** What is wrong with an answer, as a sentence; undefined for a right one. */
export type Check = (address: Address, answer: Answer) => string | undefined

/** Compares answers with the reference: never 5xx; the status, the type, the shape and the code are documented. */
export function checkAnswers(document: OpenApiDocument): Check {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'regie', components: document.components })
  const validators = new Map<string, ValidateFunction>()
  const validator = (key: string, schema: object): ValidateFunction => {
    const known = validators.get(key) ?? ajv.compile(withAbsoluteRefs(schema) as object)
    validators.set(key, known)
    return known
  }
  return ({ name, operation }, answer) => {
    if (answer.status >= 500) return `answered ${answer.status}`
    const response = responseOf(document, operation, answer.status)
    if (response === undefined) return `answered ${answer.status}, which is not documented`
    const [type] = String(answer.headers['content-type'] ?? '').split(';')
    const content = response.content?.[type ?? '']
    if (response.content === undefined) return answer.body === '' ? undefined : 'answered a body where there is none'
    if (content === undefined) return `answered ${type}, which is not documented for ${answer.status}`
    const validate = validator(`${name} ${answer.status}`, content.schema)
    if (!validate(type?.includes('json') === true ? answer.json : answer.body))
      return `answered what its schema does not allow: ${ajv.errorsText(validate.errors)}`
    const told = (answer.json as { readonly code?: unknown } | null)?.code
    const isUndocumented = answer.status >= 400 && response.description?.includes(String(told)) !== true
    return isUndocumented ? `refused with ${told}, which is not documented for ${answer.status}` : undefined
  }
}

function responseOf(document: OpenApiDocument, operation: OpenApiOperation, status: number): Response | undefined {
  const response = operation.responses[String(status)] as Response | undefined
  if (response?.$ref === undefined) return response
  return document.components.responses[response.$ref.split('/').at(-1) ?? ''] as Response | undefined
}

/** References within the document, as Ajv finds them. */
function withAbsoluteRefs(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withAbsoluteRefs)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? `regie${value}` : withAbsoluteRefs(value),
    ]),
  )
}
