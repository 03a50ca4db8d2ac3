import { monitorEventLoopDelay } from 'node:perf_hooks'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

/** The meter of this process, as OpenTelemetry hands it out. */
export type Meter = ReturnType<MeterProvider['getMeter']>

/** All metrics of one process. */
export interface Metrics extends AsyncDisposable {
  readonly meter: Meter
  /** The Prometheus text of this moment. A gauge whose source does not answer is left out. */
  text(): Promise<string>
}

const RESOLUTION_MS = 10

/** Opens the metrics of this process; nothing listens, `text` is served at `/metrics`. */
export function createMetrics(): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const serializer = new PrometheusSerializer('', false, undefined, true, true)
  const meter = provider.getMeter('regie')
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  observeProcess(meter, delay)
  return {
    meter,
    async text() {
      const { resourceMetrics } = await exporter.collect()
      return serializer.serialize(resourceMetrics)
    },
    async [Symbol.asyncDispose]() {
      delay.disable()
      await provider.shutdown()
    },
  }
}

function observeProcess(meter: Meter, delay: ReturnType<typeof monitorEventLoopDelay>): void {
  meter
    .createObservableGauge('regie_event_loop_delay_seconds', {
      description: 'Lateness of the event loop since the last scrape, by quantile.',
    })
    .addCallback((result) => {
      // The histogram holds the whole wait of a timer, of which the resolution is no delay.
      const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3)
      for (const quantile of [50, 90, 99]) {
        result.observe(seconds(delay.percentile(quantile)), { quantile: String(quantile / 100) })
      }
      result.observe(seconds(delay.max), { quantile: '1' })
      delay.reset()
    })
  meter
    .createObservableGauge('process_resident_memory_bytes', { description: 'Resident memory.' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()))
  meter
    .createObservableGauge('process_heap_used_bytes', { description: 'JavaScript heap in use.' })
    .addCallback((result) => result.observe(process.memoryUsage().heapUsed))
  meter
    .createObservableCounter('process_cpu_seconds', { description: 'Processor time used.' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage()
      result.observe((user + system) / 1e6)
    })
  meter
    .createObservableGauge('process_start_time_seconds', { description: 'Start of the process, Unix time.' })
    .addCallback((result) => result.observe(Math.round(performance.timeOrigin / 1_000)))
}
