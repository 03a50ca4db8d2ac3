import type { RunDetail } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { contextOf } from '../app/create-services.ts'
import type { Services } from '../app/services.ts'
import { ANONYMOUS, actorOf } from '../auth/principal.ts'
import { startersOf } from '../auth/wish.ts'
import { isAccepted, isDuplicate, marked } from '../http/accepted.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { fileAnswer } from '../http/file.ts'

const LEARNED_MS = 10_000

/**
 * The routes of an app under `/api/v1/<app>`, each called with a context of the principal's organisation; public ones with
 * one of `org`, the installation's own.
 */
export function appEndpoints(app: AnyApp, services: Services, org: string): readonly Endpoint[] {
  const nobody = { org, actor: ANONYMOUS }
  return app.routes.map(({ path, permission, body, handle, version, deprecated, ...route }) => {
    const told = runTeller(services)
    return {
      ...route,
      url: `/api/${version ?? 'v1'}/${app.id}${path}`,
      ...(permission === 'public'
        ? { access: 'public' as const, rate: route.rate ?? ('usual' as const), nobody }
        : { access: `${app.id}.${permission}` as const }),
      ...(body === 'raw' && { takesRaw: true }),
      ...(route.output === fileAnswer && { givesFile: true }),
      app: app.id,
      ...(deprecated !== undefined && { deprecated }),
      async handle(fields, call) {
        const request = { header: call.sent, body: call.raw }
        if (permission === 'public') {
          const use = { actor: ANONYMOUS, writes: 'transaction' } as const
          return told(await handle(contextOf(services, app, org, use), fields, request))
        }
        const principal = call.principal()
        const use = { actor: actorOf(principal), startedBy: startersOf(principal), writes: 'transaction' } as const
        return told(await handle(contextOf(services, app, principal.org, use), fields, request))
      },
    }
  })
}

/**
 * Tells accepted runs how long they may take. A run that was there already is looked up with its state; for new ones what
 * was learned of this route's latest run will do for a while, so that an answer costs one commit and no read after it.
 */
function runTeller({ engine }: Services): (answer: unknown) => Promise<unknown> {
  let learned: { readonly at: number; readonly run: Promise<RunDetail> } | undefined
  return async (answer) => {
    if (!isAccepted(answer)) return answer
    const { runId } = answer
    if (isDuplicate(answer)) {
      const { state, estimatedMs } = await engine().runs.get(runId)
      return marked({ runId, state, ...(estimatedMs !== undefined && { estimatedMs }) })
    }
    const now = engine().clock.now()
    if (learned === undefined || now - learned.at >= LEARNED_MS) learned = { at: now, run: engine().runs.get(runId) }
    // Without it the answer is as true.
    const { estimatedMs } = await learned.run.catch(() => ({ estimatedMs: undefined }))
    if (estimatedMs === undefined) learned = undefined
    return marked({ ...answer, ...(estimatedMs !== undefined && { estimatedMs }) })
  }
}
