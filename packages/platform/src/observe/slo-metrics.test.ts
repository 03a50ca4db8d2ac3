import { job } from '@regie/engine'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Slo } from '../app/slo.ts'
import { createMetrics } from './metrics.ts'
import { sloMetrics } from './slo-metrics.ts'

const send = job({ name: 'shop.send', input: z.object({}), run: () => {} })
const list = { method: 'GET', path: '/orders', summary: 'List orders' } as const
const promise = { about: 'Soon.', objective: 0.99, window: '30d' } as const
const slos: readonly Slo[] = [
  { ...promise, name: 'swift', of: list, within: '250ms' },
  { ...promise, name: 'sent', of: send, within: '5s' },
]

test('late is as bad as failed, and what has not come out yet counts for nothing', async () => {
  await using metrics = createMetrics()
  const { request, attempt } = sloMetrics(metrics.meter, [{ id: 'shop', slos }])
  const endpoint = '/api/v1/shop/orders'
  request({ method: 'GET', endpoint, status: 200, seconds: 0.25 })
  request({ method: 'GET', endpoint, status: 200, seconds: 0.251 })
  request({ method: 'GET', endpoint, status: 404, seconds: 0.1 })
  request({ method: 'GET', endpoint, status: 503, seconds: 0.1 })
  request({ method: 'POST', endpoint, status: 500, seconds: 0.1 })
  const run = { job: 'shop.send', queue: 'default', waitMs: 3_000, durationMs: 2_000 }
  attempt({ ...run, outcome: 'succeeded' })
  attempt({ ...run, outcome: 'succeeded', waitMs: 3_001 })
  attempt({ ...run, outcome: 'failed', waitMs: 0 })
  attempt({ ...run, outcome: 'expired', waitMs: 0 })
  for (const outcome of ['retried', 'cancelled', 'interrupted'] as const) attempt({ ...run, outcome })
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('regie_slo'))
  expect(lines.toSorted()).toEqual([
    'regie_slo_breaches_total{slo="shop.sent"} 3',
    'regie_slo_breaches_total{slo="shop.swift"} 2',
    'regie_slo_events_total{slo="shop.sent"} 4',
    'regie_slo_events_total{slo="shop.swift"} 4',
  ])
})
