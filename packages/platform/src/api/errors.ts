import type { Engine, ErrorGroup } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { instant, isoOf } from './instant.ts'

const MOST = 200

const errorGroupView = z.object({
  fingerprint: z.string(),
  job: z.string(),
  /** Of the newest run. */
  error: z.object({ code: z.string(), message: z.string(), stack: z.string().optional() }),
  count: z.int(),
  firstAt: instant,
  lastAt: instant,
  lastRunId: z.int(),
  /** How many failed in each of the last 24 hours, the present one last. */
  hours: z.array(z.int()).readonly(),
})

/** What failed, by what went wrong. The runs of a group: `GET /api/v1/runs?filter=fingerprint:…`. */
export function errorEndpoints(engine: Engine): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/errors',
      summary: 'List failed runs grouped by the fingerprint of their error, what failed latest first',
      access: 'runs.read',
      input: z.object({
        fingerprint: z.string().min(1).max(100).optional(),
        limit: z.coerce.number().int().min(1).max(MOST).default(MOST),
      }),
      output: z.object({ errors: z.array(errorGroupView).readonly() }),
      async handle({ fingerprint, limit }, call) {
        const errors = await engine.runs.errors({
          org: call.principal().org,
          limit,
          ...(fingerprint !== undefined && { fingerprint }),
        })
        return { errors: errors.map(viewErrorGroup) }
      },
    }),
  ]
}

function viewErrorGroup({ firstAt, lastAt, ...rest }: ErrorGroup): z.input<typeof errorGroupView> {
  return { ...rest, firstAt: isoOf(firstAt), lastAt: isoOf(lastAt) }
}
