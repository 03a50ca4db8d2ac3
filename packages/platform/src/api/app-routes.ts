import type { AnyApp } from '../app/app.ts'
import { contextOf } from '../app/create-services.ts'
import type { Services } from '../app/services.ts'
import type { Endpoint } from '../http/endpoint.ts'

/** The routes of an app under `/api/v1/<app>`, each called with a context of the organisation. */
export function appEndpoints(app: AnyApp, services: Services, org: string): readonly Endpoint[] {
  return app.routes.map(({ method, path, input, output, status, handle }) => ({
    method,
    url: `/api/v1/${app.id}${path}`,
    input,
    output,
    status,
    handle: (fields) => handle(contextOf(services, app, org), fields),
  }))
}
