import type { AnyApp } from '../app/app.ts'
import { contextOf } from '../app/create-services.ts'
import type { Services } from '../app/services.ts'
import { actorOf } from '../auth/principal.ts'
import type { Endpoint } from '../http/endpoint.ts'

/** The routes of an app under `/api/v1/<app>`, each called with a context of the principal's organisation. */
export function appEndpoints(app: AnyApp, services: Services): readonly Endpoint[] {
  return app.routes.map(({ path, permission, handle, version, deprecated, ...route }) => ({
    method: route.method,
    url: `/api/${version ?? 'v1'}/${app.id}${path}`,
    summary: route.summary,
    access: `${app.id}.${permission}` as const,
    input: route.input,
    output: route.output,
    status: route.status,
    app: app.id,
    ...(version !== undefined && { version }),
    ...(deprecated !== undefined && { deprecated }),
    handle(fields, call) {
      const principal = call.principal()
      return handle(
        contextOf(services, app, principal.org, { actor: actorOf(principal), writes: 'transaction' }),
        fields,
      )
    },
  }))
}
