import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { contextOf } from '../app/create-services.ts'
import type { Services } from '../app/services.ts'
import { actorOf } from '../auth/principal.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'

/** Fills the apps with data to look at. */
export function sampleEndpoints(apps: readonly AnyApp[], services: Services): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      url: '/api/v1/apps/sample',
      summary: 'Fill the apps with sample data, in the organisation of whoever asks; twice is once',
      access: 'apps.manage',
      input: z.object({}),
      output: z.object({ told: z.array(z.string()).readonly() }),
      async handle(_input, call) {
        const principal = call.principal()
        const told: string[] = []
        for (const app of apps) {
          if (app.sample === undefined) continue
          told.push(await app.sample(contextOf(services, app, principal.org, { actor: actorOf(principal) })))
        }
        return { told }
      },
    }),
  ]
}
