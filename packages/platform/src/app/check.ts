import type { ReadinessCheck } from '../http/health.ts'
import type { AnyApp } from './app.ts'
import type { Context } from './context.ts'
import { contextOf } from './create-services.ts'
import type { Scope } from './scope.ts'
import type { Services } from './services.ts'

/** Something an app depends on, looked at by `/ready` and by `regie doctor` under the name `<app>.<name>`. */
export interface Check<S extends Scope = Scope> {
  readonly name: string
  /** Throws, with a sentence that names the way out, when it cannot be relied upon. `/ready` waits a second for it. */
  probe(ctx: Context<S>): Promise<void>
  /** Shown, but no reason to take the process out of service: another one could do no better. Default false. */
  readonly advisory?: boolean
}

/** The checks of apps, each asked in the organisation `org`. */
export function appChecks(apps: readonly AnyApp[], services: Services, org: string): readonly ReadinessCheck[] {
  return apps.flatMap((app) =>
    app.checks.map(({ name, advisory, probe }) => ({
      name: `${app.id}.${name}`,
      ...(advisory !== undefined && { advisory }),
      probe: () => probe(contextOf(services, app, org, { writes: 'transaction' })),
    })),
  )
}
