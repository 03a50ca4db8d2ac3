import type { RunFilter } from '@regie/engine'
import { z } from 'zod'
import { RUN_STATES } from './run-view.ts'

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(',')))
const id = z.coerce.number().int().positive()
const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => Date.parse(text))

const fields = z.object({
  /** Several, separated by commas or given several times. */
  state: words
    .pipe(z.array(z.enum(RUN_STATES)))
    .optional()
    .meta({ examples: ['failed,expired'], description: `Separated by commas: ${RUN_STATES.join(', ')}.` }),
  queue: z.string().min(1).optional(),
  job: z.string().min(1).optional(),
  error: z.string().min(1).optional(),
  tag: z.string().min(1).optional(),
  createdAfter: instant.optional(),
  createdBefore: instant.optional(),
  parentId: id.optional(),
  batchId: id.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().min(1).optional(),
})

const INPUT_FIELD = /^input\./

/**
 * The filter of the run list: `state=failed,expired`, `job=backup.*`, `error=*timeout*`, `createdAfter=2026-11-01`, and any
 * field of the input as `input.quoteId=…`.
 */
export const runQuery = fields.loose().transform((query, context) => {
  const extra = Object.entries(query).filter(([name]) => !Object.hasOwn(fields.shape, name))
  const unknown = extra.map(([name]) => name).filter((name) => !INPUT_FIELD.test(name))
  if (unknown.length > 0) context.issues.push({ code: 'unrecognized_keys', keys: unknown, input: query })
  const input = extra.map(([name, value]) => [name.replace(INPUT_FIELD, ''), String(value)] as const)
  const known = Object.fromEntries(Object.entries(query).filter(([name]) => Object.hasOwn(fields.shape, name)))
  return {
    ...(known as z.output<typeof fields>),
    ...(input.length > 0 && { input: Object.fromEntries(input) }),
  }
})

/** The filter and the page of a query. */
export function filterOf(query: z.output<typeof runQuery>) {
  const { limit, after, ...conditions } = query
  const filter = Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined)) as RunFilter
  return { filter, page: { limit, ...(after !== undefined && { after }) } }
}
