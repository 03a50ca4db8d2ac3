import type { Clock, Database } from '@regie/engine'
import type { Services } from '../app/services.ts'
import type { Config } from '../config/config.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Guard } from './guard.ts'
import type { Journal } from './journal.ts'
import type { Passwords } from './password.ts'
import type { RoleBook } from './roles.ts'

/** What the acts of identity work with. */
export interface IdentityWorld {
  readonly config: Pick<
    Config,
    'org' | 'keep' | 'publicUrl' | 'host' | 'port' | 'dataDir' | 'secret' | 'outgoingAllowHosts' | 'ssoProviders'
  >
  readonly database: Database
  readonly clock: Clock
  readonly log: PlatformLog
  readonly mail: Mailer
  readonly book: RoleBook
  readonly passwords: Passwords
  readonly guard: Guard
  readonly journal: Journal
  /** What needs more than the tables of identity: runs, and live updates. Not before the start. */
  services(): Pick<Services, 'engine' | 'realtime'>
  /** How people reach this server, without a slash at the end. */
  address(): Promise<string>
}
