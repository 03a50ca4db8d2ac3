import { durationMs, type EndedAttempt } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { isJobSubject, type Slo, subjectName } from '../app/slo.ts'
import type { HttpMetrics } from './http-metrics.ts'
import type { Meter } from './metrics.ts'

/** Told of what the service levels are about. */
export interface SloMetrics {
  request(request: Parameters<HttpMetrics['end']>[0]): void
  attempt(attempt: EndedAttempt): void
}

interface Watched {
  readonly slo: string
  readonly withinSeconds: number
}

/** Counts, for each service level of the apps, what was to be good and what was not; both begin at 0. */
export function sloMetrics(meter: Meter, apps: readonly Pick<AnyApp, 'id' | 'slos'>[]): SloMetrics {
  const events = meter.createCounter('regie_slo_events', { description: 'Answers and runs a service level is about.' })
  const breaches = meter.createCounter('regie_slo_breaches', { description: 'Those of them that were not good.' })
  const bySubject = Map.groupBy(
    apps.flatMap(({ id, slos }) => slos.map((slo) => [subjectName(id, slo.of), watched(id, slo)] as const)),
    ([subject]) => subject,
  )
  for (const [, { slo }] of [...bySubject.values()].flat()) {
    events.add(0, { slo })
    breaches.add(0, { slo })
  }
  const count = (subject: string, succeeded: boolean, seconds: number) => {
    for (const [, { slo, withinSeconds }] of bySubject.get(subject) ?? []) {
      events.add(1, { slo })
      if (!succeeded || seconds > withinSeconds) breaches.add(1, { slo })
    }
  }
  return {
    request: ({ method, endpoint, status, seconds }) => count(`${method} ${endpoint}`, status < 500, seconds),
    attempt({ job, outcome, waitMs, durationMs: tookMs }) {
      // What is tried again, was cancelled or handed back has not come out yet, or is nobody's failure.
      if (outcome !== 'succeeded' && outcome !== 'failed' && outcome !== 'expired') return
      count(job, outcome === 'succeeded', (waitMs + tookMs) / 1_000)
    },
  }
}

function watched(app: string, { name, within, of: subject }: Slo): Watched {
  const slo = `${app}.${name}`
  const what = isJobSubject(subject) ? subject.name : slo
  return { slo, withinSeconds: within === undefined ? Number.POSITIVE_INFINITY : durationMs(within, what) / 1_000 }
}
