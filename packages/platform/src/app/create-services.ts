import type { Database, Engine, Random } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { Alerts } from '../alert/alert.ts'
import type { AlertBook } from '../alert/book.ts'
import type { AuditLog } from '../audit/log.ts'
import { SYSTEM } from '../auth/principal.ts'
import { type Bound, bind } from '../bound/bound-db.ts'
import type { Config } from '../config/config.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Publisher } from '../realtime/realtime.ts'
import type { RunLogs } from '../run-log/run-logs.ts'
import { recordAllOrgs } from './all-orgs.ts'
import type { AnyApp } from './app.ts'
import type { Context } from './context.ts'
import { appendFor, appFolder, enqueueFor, transactionFor } from './organisation-context.ts'
import { publishIn } from './publish.ts'
import type { Scope } from './scope.ts'
import type { ContextUse, Services } from './services.ts'
import { tablePrefix } from './tables.ts'

/** What the services are made of. */
export interface ServicesOptions {
  readonly config: Pick<Config, 'dataDir' | 'apps'>
  readonly random: Random
  readonly log: PlatformLog
  readonly mail: Mailer
  readonly alerts: AlertBook
  readonly audit: Pick<AuditLog, 'detail' | 'forgetIn' | 'record'>
  readonly runLogs: Pick<RunLogs, 'forgetPersons'>
  readonly realtime: Publisher
  readonly inbox: Pick<Inbox, 'notify'>
  readonly database: Database
  /** Called at first use: the engine is created with these services. */
  readonly engine: () => Engine
}

// What an organisation needs is small and quickly made anew; those of a busy day fit.
const MAX_BOUND = 1_000

/** What jobs are given, and how contexts are made. */
export function createServices(options: ServicesOptions): Services {
  const bound = kept(
    (app, org: string | undefined, writes): Bound =>
      bind({ org, prefix: tablePrefix(app), readOnly: writes === 'transaction' }),
  )
  const { config, random, log, mail, alerts, audit, runLogs, realtime, inbox, database, engine } = options
  const forgetIn: Services['forgetIn'] = async (tx, org, persons) => {
    await audit.forgetIn(tx, org, persons)
    await runLogs.forgetPersons(tx, org, persons)
  }
  // What does not depend on who asks, a logger among it, is not made for each request.
  const grounds = kept((app, org: string, writes) => ({
    org,
    clock: engine().clock,
    random,
    log: log.child({ app }),
    db: bound(app, org, writes).db(database.kysely<object>()),
    mail,
    alerts: { raise: (alert: Parameters<Alerts['raise']>[0]) => alerts.raise({ org, ...alert }) },
    folder: (name: string) => appFolder(config.dataDir, app, name),
    ...publishIn({ realtime, inbox }, org),
    ...enqueueFor(org, engine),
    ...appendFor(org, engine),
  }))
  return {
    mail,
    alerts,
    realtime,
    inbox,
    dataDir: config.dataDir,
    appConfig: config.apps,
    engine,
    audit,
    forgetIn,
    bound,
    context: <S extends Scope>(
      app: string,
      org: string,
      { actor = SYSTEM, writes, startedBy }: ContextUse = {},
    ): Context<S> => {
      const ground = grounds(app, org, writes)
      return {
        ...ground,
        ...(startedBy !== undefined && enqueueFor(org, engine, startedBy)),
        // It was made with this very app's tables.
        db: ground.db as Kysely<S['db']>,
        actor,
        // parseConfig checked it with this very app's schema.
        config: config.apps.get(app) as S['config'],
        async allOrgs(reason) {
          await recordAllOrgs(audit, { app, org, actor, reason })
          return bound(app, undefined, writes).db(database.kysely<S['db']>())
        },
        transaction: transactionFor(org, engine, {
          bound: bound(app, org),
          publishers: { realtime, inbox },
          startedBy,
          audit: (tx, detail) => audit.detail(tx, { app, org, actor }, detail),
          forget: (tx, ids) => forgetIn(tx, org, ids),
        }),
      }
    },
  }
}

/** Makes each once, as long as there are not too many. */
function kept<Org extends string | undefined, Made>(
  make: (app: string, org: Org, writes: NonNullable<ContextUse['writes']>) => Made,
) {
  const known = new Map<string, Made>()
  return (app: string, org: Org, writes: ContextUse['writes'] = 'anywhere'): Made => {
    // No app has a space in its id, and only the audited look at all organisations has none.
    const key = org === undefined ? `${writes} ${app}` : `${writes} ${app} ${org}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= MAX_BOUND) known.clear()
    const made = make(app, org, writes)
    known.set(key, made)
    return made
  }
}

/** The context of an app whose scope is unknown here, for the functions of that very app. */
export function contextOf(services: Services, app: Pick<AnyApp, 'id'>, org: string, use?: ContextUse): never {
  return services.context(app.id, org, use) as never
}
