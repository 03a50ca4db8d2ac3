import type { Database, Engine, Random } from '@regie/engine'
import type { AlertBook } from '../alert/book.ts'
import type { AuditLog } from '../audit/log.ts'
import { type Actor, SYSTEM } from '../auth/principal.ts'
import type { Config } from '../config/config.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { AnyApp } from './app.ts'
import type { Context } from './context.ts'
import { appendFor, appFolder, enqueueFor, transactionFor } from './organisation-context.ts'
import type { Scope } from './scope.ts'
import type { Services } from './services.ts'

/** What the services are made of. */
export interface ServicesOptions {
  readonly config: Pick<Config, 'dataDir' | 'apps'>
  readonly random: Random
  readonly log: PlatformLog
  readonly mail: Mailer
  readonly alerts: AlertBook
  readonly audit: Pick<AuditLog, 'detail'>
  readonly database: Database
  /** Called at first use: the engine is created with these services. */
  readonly engine: () => Engine
}

/** What jobs are given, and how contexts are made. */
export function createServices(options: ServicesOptions): Services {
  const { config, random, log, mail, alerts, audit, database, engine } = options
  return {
    mail,
    alerts,
    dataDir: config.dataDir,
    appConfig: config.apps,
    engine,
    audit,
    context: <S extends Scope>(app: string, org: string, actor: Actor = SYSTEM): Context<S> => ({
      org,
      actor,
      clock: engine().clock,
      random,
      log: log.child({ app }),
      // parseConfig checked it with this very app's schema.
      config: config.apps.get(app) as S['config'],
      db: database.kysely<S['db']>(),
      mail,
      alerts: { raise: (alert) => alerts.raise({ org, ...alert }) },
      folder: (name) => appFolder(config.dataDir, app, name),
      transaction: transactionFor(org, engine, (tx, detail) => audit.detail(tx, { app, org, actor }, detail)),
      ...enqueueFor(org, engine),
      ...appendFor(org, engine),
    }),
  }
}

/** The context of an app whose scope is unknown here, for the functions of that very app. */
export function contextOf(services: Services, app: Pick<AnyApp, 'id'>, org: string, actor?: Actor): never {
  return services.context(app.id, org, actor) as never
}
