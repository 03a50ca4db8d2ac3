import type { Clock, Database } from '@regie/engine'
import type { Alerts } from '../alert/alert.ts'
import type { Config } from '../config/config.ts'
import { configScrubber, type PlatformLog } from '../observe/log.ts'
import { openAnchors } from './anchors.ts'
import { auditFolder, loadAuditKeys } from './keys.ts'
import { type AuditLog, createAuditLog } from './log.ts'

/** What the platform's audit log is made of. */
export interface OpenAuditOptions {
  readonly database: Database
  readonly config: Config
  readonly log: PlatformLog
  readonly alerts: Alerts
  /** The engine's clock, by which entries are dated. */
  readonly clock: () => Pick<Clock, 'now'>
  readonly timers: Clock
}

/** Opens the audit log of a data directory; its key is made when there is none. */
export async function openAuditLog(options: OpenAuditOptions): Promise<AuditLog> {
  const { database, config, alerts, clock, timers } = options
  const log = options.log.child({ part: 'audit' })
  return createAuditLog({
    database,
    keys: await loadAuditKeys(config),
    anchors: openAnchors(auditFolder(config.dataDir)),
    clock: { now: () => clock().now(), setTimer: (callback, delayMs) => timers.setTimer(callback, delayMs) },
    log,
    scrub: configScrubber(config),
    onForged: (ids) =>
      void alerts.raise({
        key: 'audit:forged',
        severity: 'critical',
        title: 'The audit log holds entries that nobody with its key has made',
        detail: `${ids.slice(0, 20).join(', ')}: they are not sealed. Either somebody wrote into the database, or another process has another REGIE_AUDIT_KEY. "${config.program} audit verify" says more.`,
        code: 'audit-forged',
        about: { ids: ids.slice(0, 20).join(', ') },
        link: '/audit',
      }),
  })
}
