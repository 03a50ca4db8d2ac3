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

interface Answers {
  readonly labels: { readonly method: string; readonly endpoint: string; readonly status: string }
  count: number
}

interface Series {
  readonly labels: { readonly method: string; readonly endpoint: string }
  underWay: number
  readonly answers: Map<number, Answers>
}

/**
 * Durations, totals and requests under way, by method and declared address. Both numbers are counted here and told when
 * asked: OpenTelemetry hashes the labels of each call.
 */
export function httpMetrics(meter: Meter): HttpMetrics {
  const duration = meter.createHistogram('http_request_duration_seconds', {
    description: 'Time from the request to the end of its answer.',
    advice: { explicitBucketBoundaries: BUCKETS },
  })
  const addresses = new Map<string, Map<string, Series>>()
  const all = () => [...addresses.values()].flatMap((methods) => [...methods.values()])
  meter.createObservableCounter('http_requests', { description: 'Requests answered.' }).addCallback((result) => {
    for (const { answers } of all())
      for (const { count, labels } of answers.values()) result.observe(count, { ...labels })
  })
  meter
    .createObservableUpDownCounter('http_requests_in_progress', { description: 'Requests under way.' })
    .addCallback((result) => {
      for (const { underWay, labels } of all()) result.observe(underWay, { ...labels })
    })
  const seriesOf = (method: string, endpoint: string): Series => {
    const methods = addresses.get(endpoint) ?? new Map<string, Series>()
    const known = methods.get(method)
    if (known !== undefined) return known
    const series: Series = { labels: { method, endpoint }, underWay: 0, answers: new Map() }
    addresses.set(endpoint, methods.set(method, series))
    return series
  }
  return {
    begin(method, endpoint) {
      seriesOf(method, endpoint).underWay += 1
    },
    end({ method, endpoint, status, seconds }) {
      const series = seriesOf(method, endpoint)
      series.underWay -= 1
      const answers = series.answers.get(status) ?? { labels: { ...series.labels, status: String(status) }, count: 0 }
      answers.count += 1
      series.answers.set(status, answers)
      duration.record(seconds, answers.labels)
    },
  }
}
