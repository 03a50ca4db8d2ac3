import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { LOG_LEVELS, type RunLine } from '../run-log/line.ts'
import type { RunLogs } from '../run-log/run-logs.ts'
import { instant, isoOf } from './instant.ts'
import { oneRun, type SeenRuns, seenRun } from './own-run.ts'

const LIST = 'runs.logs'

/** A line of a run as the API shows it. */
export const runLineView = z.object({
  seq: z.int().meta({ description: 'Counts up from 1 within the run.' }),
  attempt: z.int(),
  at: instant,
  level: z.enum(LOG_LEVELS),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()).readonly().optional(),
})

const query = oneRun.extend({
  level: z.enum(LOG_LEVELS).optional().meta({ description: 'Of this level and graver.' }),
  attempt: z.coerce.number().int().min(1).optional(),
  text: z.string().min(1).max(200).optional().meta({ description: 'In the message or the fields, whatever the case.' }),
  after: z.coerce.number().int().min(0).optional().meta({ description: 'Only lines after this sequence.' }),
  ...pageInput,
})

const page = z.object({
  items: z.array(runLineView).readonly(),
  next: z.string().optional(),
  last: z.int().meta({ description: 'The sequence of the newest line of the run; 0 when it wrote none.' }),
  cut: z.int().meta({
    description:
      'Older lines that are gone: of a run the newest 1,000 lines and 256 kB are kept, as long as the log is.',
  }),
  dropped: z.int().meta({ description: 'Lines that were not kept, because too many were written at once.' }),
})

/** What a run has written into the log. */
export function runLogEndpoints(seen: SeenRuns, runLogs: Pick<RunLogs, 'read'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/runs/:id/logs',
      summary: 'List what a run has logged, oldest first',
      access: 'runs.read',
      orOwn: true,
      input: query,
      output: page,
      async handle({ id, cursor, limit, after = 0, ...filter }, call) {
        const { org } = await seenRun(seen, id, call)
        const [from = after] = decodeCursor(LIST, cursor, ['number']) ?? []
        const answer = await runLogs.read({ org, run: id }, { ...filter, after: from, limit })
        const { lines, next, ...counts } = answer
        return {
          items: lines.map(viewRunLine),
          ...(next !== undefined && { next: encodeCursor(LIST, [next]) }),
          ...counts,
        }
      },
    }),
  ]
}

/** Writes its instant as the API does. */
export function viewRunLine({ at, ...line }: RunLine): z.input<typeof runLineView> {
  return { ...line, at: isoOf(at) }
}
