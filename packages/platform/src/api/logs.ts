import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { readLogHistory } from '../observe/log-history.ts'
import { LOG_LEVELS } from '../run-log/line.ts'
import { formed } from '../validate/form.ts'
import { givenMoment } from './instant.ts'

const LIST = 'logs'

const query = z.object({
  level: z.enum(LOG_LEVELS).optional().meta({ description: 'Of this level and graver.' }),
  text: z.string().min(1).max(200).optional().meta({ description: 'In the message or the fields, whatever the case.' }),
  part: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'The part of the server that wrote it, such as http.' }),
  run: z.coerce.number().int().min(1).optional(),
  traceId: formed('trace').optional(),
  requestId: z.string().min(1).max(64).optional(),
  console: z.stringbool().default(false).meta({ description: 'With what consoles ask for by themselves.' }),
  from: givenMoment.optional(),
  to: givenMoment.optional(),
  order: z.enum(['newest', 'oldest']).default('newest').meta({ description: 'Which lines come first.' }),
  ...pageInput,
})

const page = z.object({
  items: z
    .array(z.record(z.string(), z.unknown()))
    .readonly()
    .meta({ description: 'Lines as they were written: `level`, `time`, `msg`, and the fields.' }),
  next: z
    .string()
    .optional()
    .meta({ description: 'There is more to read, even when this page found nothing: it reads 8 MB at most.' }),
  since: z.iso.date().optional().meta({
    description:
      'The day (UTC) of the oldest file kept. Absent when this process finds none: the lines are in its standard output.',
  }),
})

/** The log's files in this process's data directory. */
export function logEndpoints({ dataDir }: Pick<Config, 'dataDir'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/logs',
      summary: 'List what the processes of this data directory have logged',
      access: 'logs.read',
      input: query,
      output: page,
      async handle({ cursor, ...search }) {
        const [day, offset] = decodeCursor(LIST, cursor, ['text', 'number']) ?? []
        const begun = day === undefined || offset === undefined ? undefined : { day, offset: Math.max(0, offset) }
        const { lines, place, more, since } = await readLogHistory(join(dataDir, 'logs'), { ...search, place: begun })
        return {
          items: lines,
          ...(more && place !== undefined && { next: encodeCursor(LIST, [place.day, place.offset]) }),
          ...(since !== undefined && { since }),
        }
      },
    }),
  ]
}
