import { z } from 'zod'
import type { AlertBook } from '../alert/book.ts'
import type { AlertRecord } from '../alert/record.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { pageInput } from '../http/page.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'

/** An alert as the API shows it. */
export const alertView = z.object({
  id: z.string(),
  org: z.string(),
  key: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  title: z.string(),
  detail: z.string(),
  code: z.string().optional(),
  about: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  link: z.string().optional(),
  count: z.int(),
  firstAt: instant,
  lastAt: instant,
  resolvedAt: instant.optional(),
})

/** The alerts: list and resolve. */
export function alertEndpoints(alerts: AlertBook): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/alerts',
      summary: 'List alerts, the latest raised first',
      access: 'alerts.read',
      input: z.object({
        open: z.stringbool().optional(),
        ...pageInput,
      }),
      output: z.object({ items: z.array(alertView).readonly(), next: z.string().optional() }),
      async handle({ open, ...query }, call) {
        const { org } = call.principal()
        const page = await alerts.list(open === undefined ? { org } : { org, open }, query)
        return { items: page.alerts.map(viewAlert), ...(page.next !== undefined && { next: page.next }) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/alerts/:id/resolve',
      summary: 'Resolve an alert',
      access: 'alerts.manage',
      input: z.object({ id: z.uuid() }),
      output: alertView,
      handle: async ({ id }, call) => viewAlert(await alerts.resolve(id, call.principal().org)),
    }),
  ]
}

/** Writes an alert as the API does. */
export function viewAlert({ firstAt, lastAt, resolvedAt, ...rest }: AlertRecord): z.input<typeof alertView> {
  return { ...rest, firstAt: isoOf(firstAt), lastAt: isoOf(lastAt), ...isoOrNone('resolvedAt', resolvedAt) }
}
