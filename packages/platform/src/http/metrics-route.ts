import type { Identity } from '../auth/identity.ts'
import { mayDo } from '../auth/principal.ts'
import { sameText } from '../auth/secret.ts'
import { isLoopbackName } from '../config/kinds.ts'
import { PlatformError } from '../errors.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { DocumentRequest, DocumentRoute } from './endpoint.ts'

/** Who may read the metrics. */
export interface MetricsAccess {
  readonly identity: Identity
  /** REGIE_METRICS_TOKEN. */
  readonly metricsToken?: string
  /** REGIE_PUBLIC_URL: when there is one, requests from this machine may be a proxy's, for anybody. */
  readonly publicUrl?: string
}

/** The Prometheus text at `/metrics`, and at the address older set-ups scrape: for this machine while nobody else reaches the server, for the token, and for who may read the settings. */
export function metricsRoutes(metrics: Metrics, access: MetricsAccess): readonly DocumentRoute[] {
  return ['/metrics', '/prometheus/metrics-http'].map((url) => ({
    url,
    access: 'public',
    async handle(request) {
      await requireReader(request, access)
      return { type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics.text() }
    },
  }))
}

async function requireReader({ address, headers }: DocumentRequest, access: MetricsAccess): Promise<void> {
  const { identity, metricsToken: token, publicUrl } = access
  if (publicUrl === undefined && isLoopbackName(address.replace(/^::ffff:/, ''))) return
  if (token !== undefined && sameText(headers.authorization ?? '', `Bearer ${token}`)) return
  const principal = await identity.authenticate({ headers, address })
  if (principal !== undefined && mayDo(principal, 'settings.read')) return
  const status = principal === undefined ? 401 : 403
  throw new PlatformError(
    status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN',
    'The metrics need the bearer token of REGIE_METRICS_TOKEN, or an API key with the permission settings.read.',
    { status },
  )
}
