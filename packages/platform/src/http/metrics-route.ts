import type { Metrics } from '../observe/metrics.ts'
import type { DocumentRoute } from './endpoint.ts'

/** The Prometheus text at `/metrics`, and at the address older set-ups scrape. */
export function metricsRoutes(metrics: Metrics): readonly DocumentRoute[] {
  return ['/metrics', '/prometheus/metrics-http'].map((url) => ({
    url,
    access: 'public',
    handle: async () => ({ type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics.text() }),
  }))
}
