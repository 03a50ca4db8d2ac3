import type { AnyApp } from '../app/app.ts'
import type { Context } from '../app/context.ts'
import { contextOf } from '../app/create-services.ts'
import type { Services } from '../app/services.ts'
import { actorOf } from '../auth/principal.ts'
import { isAccepted, marked } from '../http/accepted.ts'
import type { Call, Endpoint } from '../http/endpoint.ts'

/** The routes of an app under `/api/v1/<app>`, each called with a context of the principal's organisation. */
export function appEndpoints(app: AnyApp, services: Services): readonly Endpoint[] {
  return app.routes.map(({ path, permission, handle, ...route }) => ({
    ...route,
    url: `/api/v1/${app.id}${path}`,
    access: `${app.id}.${permission}` as const,
    async handle(fields, call) {
      const principal = call.principal()
      const context = contextOf(services, app, principal.org, actorOf(principal))
      return toldOfRun(services, await handle(committingWith(call, context), fields))
    },
  }))
}

/** Each transaction of a request that may come again notes in itself that it was made. */
function committingWith(call: Call, context: Context): never {
  const { committing } = call
  const own: Context = {
    ...context,
    transaction: (work) =>
      context.transaction(async (tx) => {
        const value = await work(tx)
        await committing?.(tx.db)
        return value
      }),
  }
  // The app's own scope is unknown here.
  return (committing === undefined ? context : own) as never
}

/** An accepted run with its state and how long it may take, as the engine knows them. */
async function toldOfRun(services: Services, answer: unknown): Promise<unknown> {
  if (!isAccepted(answer)) return answer
  const { state, estimatedMs } = await services.engine().runs.get(answer.runId)
  return marked({ runId: answer.runId, state, ...(estimatedMs !== undefined && { estimatedMs }) })
}
