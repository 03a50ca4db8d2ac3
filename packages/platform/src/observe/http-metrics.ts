import type { Meter } from './metrics.ts'

/** What the HTTP server reports. */
export interface HttpMetrics {
  begin(method: string, endpoint: string): void
  end(request: {
    readonly method: string
    readonly endpoint: string
    readonly status: number
    readonly seconds: number
  }): void
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Durations, totals and requests under way, by method and declared address. */
export function httpMetrics(meter: Meter): HttpMetrics {
  const duration = meter.createHistogram('http_request_duration_seconds', {
    description: 'Time from the request to the end of its answer.',
    advice: { explicitBucketBoundaries: BUCKETS },
  })
  const total = meter.createCounter('http_requests', { description: 'Requests answered.' })
  const inProgress = meter.createUpDownCounter('http_requests_in_progress', { description: 'Requests under way.' })
  return {
    begin: (method, endpoint) => inProgress.add(1, { method, endpoint }),
    end({ method, endpoint, status, seconds }) {
      const labels = { method, endpoint, status: String(status) }
      inProgress.add(-1, { method, endpoint })
      total.add(1, labels)
      duration.record(seconds, labels)
    },
  }
}
