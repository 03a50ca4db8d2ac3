import type { DatabaseSource, Duration, MasterKey, QueueOptions, Role } from '@regie/engine'
import type { z } from 'zod'
import type { RateLimit } from '../rate/gcra.ts'
import type { SsoProvider } from '../sso/provider.ts'
import type { settings } from './settings.ts'

/** One setting as it is in force. */
export interface SettingInForce {
  /** Its name in `regie.config.ts`; of an app `apps.<id>.<setting>`. */
  readonly name: string
  /** The environment variable; of an app the one that holds all of its settings. */
  readonly variable: string
  /** Empty where an app says nothing of it. */
  readonly about: string
  /** The same in French, where an app says it. */
  readonly french?: string
  /** The app it belongs to; absent for one of the platform. */
  readonly app?: string
  /** Who said what is in force. */
  readonly source: 'environment' | 'file' | 'default'
  /** What is in force where nobody says anything; absent where that is nothing. */
  readonly fallback?: string
  readonly secret: boolean
  readonly isSet: boolean
  /** Absent for a secret, and for what is not set. */
  readonly value?: string
}

/** Everything that is configured, parsed once and complete. */
export interface Config {
  readonly port: number
  readonly host: string
  /** How people reach this server, such as `https://regie.example.com`; without a slash at the end. */
  readonly publicUrl?: string
  /** Addresses of proxies that tell the client's address. */
  readonly trustedProxies: readonly string[]
  /** Signs sessions and seals signing keys; secret. Absent: one is made in the data folder. */
  readonly secret?: string
  /** Lets Prometheus read `/metrics`; secret. */
  readonly metricsToken?: string
  /** True when the addresses of apps also answer without a version. */
  readonly unversionedApi: boolean
  /** Private hosts (`name` or `name:port`) that requests to user-given addresses may reach. */
  readonly outgoingAllowHosts: readonly string[]
  /** The service that knows breached passwords, without `/range/…`. Absent: none is asked. */
  readonly breachedPasswordsUrl?: string
  /** Identity providers that the operator has set up; holds secrets. */
  readonly ssoProviders: readonly SsoProvider[]
  /** Absolute path. */
  readonly dataDir: string
  readonly database: DatabaseSource
  /** What opens the keys of persons; secret. Absent: there can be no events about persons. */
  readonly personKeys?: MasterKey
  /** What the audit log is sealed with; secret. */
  readonly audit: {
    /** Absent: the key in the data directory, made once. */
    readonly key?: string
    /** Its predecessors, which still open old entries. */
    readonly formerKeys: readonly string[]
  }
  readonly roles: readonly Role[]
  /** The queues whose runs this process takes; absent: all. */
  readonly servedQueues?: readonly string[]
  /** What the operator says of queues, before what the apps say. */
  readonly queues: Readonly<Record<string, QueueOptions>>
  /** How many processes share the port. */
  readonly processes: number
  readonly http: {
    /** What holds for requests where nothing else is declared; absent: any number. */
    readonly rateLimit?: RateLimit
    /** What one address may try to come in, by all ways together; absent: any number. */
    readonly signInRateLimit?: RateLimit
    readonly rateCounts: RateCountsPlace
    /** Secret. Absent: processes tell each other through the database. */
    readonly redisUrl?: string
    /** Exact origins; empty: no other site's page may use the API. */
    readonly corsOrigins: readonly string[]
    readonly maxConnections: number
    readonly maxConnectionsPerAddress: number
  }
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** Below this much free disk space the process is not ready. */
  readonly minFreeDiskMb: number
  readonly discordWebhook?: string
  readonly smtpUrl?: string
  readonly mailFrom: string
  /** The organisation that owns this installation. */
  readonly org: {
    readonly id: string
    readonly name: string
    readonly timeZone: string
    readonly language: 'en' | 'fr'
  }
  readonly keep: {
    /** Backups kept, by kind. */
    readonly dailyBackups: number
    readonly weeklyBackups: number
    readonly monthlyBackups: number
    readonly logs: Duration
    readonly alerts: Duration
    readonly temporaryFiles: Duration
    /** How long an organisation that was deleted can be restored. */
    readonly closedOrganisations: Duration
    /** Entries of the audit log; without it they are kept for ever. */
    readonly audit?: Duration
  }
  /** How a person types the command here, for hints: `regie` or `npm run regie --`. */
  readonly program: string
  /** Parsed settings of each app, by its id; of those that are switched off too. */
  readonly apps: ReadonlyMap<string, unknown>
  /** Ids of the apps that are switched off. */
  readonly appsOff: ReadonlySet<string>
  /** Every setting as it is in force, for people to look at; of a secret only whether it is set. */
  readonly inForce: readonly SettingInForce[]
  /** What is odd but harmless, one sentence each; logged at start. */
  readonly warnings: readonly string[]
}

/** Where requests are counted; the address of Redis is secret. */
export type RateCountsPlace =
  | { readonly kind: 'memory' | 'database' }
  | { readonly kind: 'redis'; readonly url: string }

/**
 * What `regie.config.ts` may hold: any setting; by the id of an app its settings, or `false` to switch it off; and by the name
 * of a queue how it is worked. The environment goes before it.
 */
export type ConfigFile = Partial<z.input<typeof settings>> & {
  readonly apps?: Readonly<Record<string, unknown>>
  readonly queues?: Readonly<Record<string, QueueOptions>>
}

/** Types `regie.config.ts`: `export default defineConfig({ port: 8080 })`. */
export function defineConfig(file: ConfigFile): ConfigFile {
  return file
}
