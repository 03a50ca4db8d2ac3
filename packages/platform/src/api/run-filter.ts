import type { RunFilter } from '@regie/engine'
import { z } from 'zod'
import { FILTER_STATES } from '../filter/grammar.ts'
import { bothFilters, filterText, runFilterOf } from '../filter/run-filter.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { describedAs } from '../openapi/schema.ts'
import { givenMoment } from './instant.ts'

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(',')))
const id = z.coerce.number().int().positive()

const fields = z.object({
  /** Several, separated by commas or given several times. */
  state: words
    .pipe(z.array(z.enum(FILTER_STATES)))
    .optional()
    .meta({ description: `Separated by commas: ${FILTER_STATES.join(', ')}.` }),
  queue: z.string().min(1).optional(),
  job: z.string().min(1).optional(),
  error: z.string().min(1).optional(),
  tag: z.string().min(1).optional(),
  createdAfter: givenMoment.optional(),
  createdBefore: givenMoment.optional(),
  parentId: id.optional(),
  batchId: id.optional(),
  traceId: z.string().min(1).max(64).optional(),
  ids: words
    .pipe(
      z
        .array(
          z
            .string()
            .regex(/^\d{1,16}$/, 'ids are numbers of runs')
            .transform(Number),
        )
        .max(500),
    )
    .optional()
    .meta({ description: 'These runs, separated by commas; 500 at most.' }),
  filter: filterText.optional().meta({ description: 'In the filter language; holds together with the other fields.' }),
  ...pageInput,
})

const LIST = 'runs'
const INPUT_FIELD = /^input\./

/**
 * The filter of the run list: `state=failed,expired`, `job=backup.*`, `error=*timeout*`, `createdAfter=2026-11-01`, and any
 * field of the input as `input.quoteId=…`. Or all of it in the filter language: `filter=state:failed job:backup.* age>1h`.
 * What stands in both holds together: nothing is found when they contradict each other.
 */
export const runQuery = queryOf(fields)

/** The same for counting, and no further than so many: a number that is shown as “10,000+” need not cost more. */
export const countQuery = queryOf(
  fields.extend({
    atMost: z.coerce.number().int().min(1).max(100_000).optional().meta({ description: 'Default 100,000.' }),
  }),
)

function queryOf<Shape extends typeof fields.shape>(own: z.ZodObject<Shape>) {
  return describedAs(
    z
      .record(z.string(), z.unknown())
      .transform((query) => {
        const entries = Object.entries(query)
        const input = entries.flatMap(([name, value]) =>
          INPUT_FIELD.test(name) ? [[name.replace(INPUT_FIELD, ''), String(value)] as const] : [],
        )
        const rest = Object.fromEntries(entries.filter(([name]) => !INPUT_FIELD.test(name)))
        return input.length === 0 ? rest : { ...rest, input: Object.fromEntries(input) }
      })
      .pipe(own.extend({ input: z.record(z.string(), z.string()).optional() }).strict()),
    own.loose(),
  )
}

/** The filter and the page of a query. Throws `CURSOR_INVALID`, and `INPUT_INVALID` for a filter that cannot be read. */
export function filterOf(query: z.output<typeof runQuery>, now: number) {
  const { limit, cursor, filter: text = '', ...conditions } = query
  const [after] = decodeCursor(LIST, cursor, ['text']) ?? []
  const given = Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined)) as RunFilter
  return { filter: bothFilters(runFilterOf(text, now), given), page: { limit, ...(after !== undefined && { after }) } }
}

/** The cursor of the page that begins where the engine says. */
export function runCursor(next: string): string {
  return encodeCursor(LIST, [next])
}
