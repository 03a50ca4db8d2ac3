import { z } from 'zod'
import {
  appList,
  auditDuration,
  duration,
  HOST,
  hosts,
  isRate,
  isTimeZone,
  origins,
  personKey,
  personKeys,
  proxies,
  publicUrl,
  queueList,
  ROLES,
  roles,
  secureUrl,
  ssoProviders,
  wholeNumber,
  yesOrNo,
} from './kinds.ts'

/** How one setting is explained, and how it is read from the environment. */
export interface SettingNote {
  /** The environment variable. */
  readonly variable: string
  /** What it is for, as one line of `.env.example`. */
  readonly about: string
  /** What a right value looks like, for the error message and the example. */
  readonly expected: string
  /** Shown in the example when there is no default. */
  readonly example?: string
  /** Its value never appears in a message. */
  readonly secret?: boolean
}

/** The notes of every setting, keyed by its schema. */
const settingNotes = z.registry<SettingNote>()

function setting<Schema extends z.ZodType>(schema: Schema, note: SettingNote): Schema {
  settingNotes.add(schema, note)
  return schema
}

/** Every setting of the platform, by its name in `regie.config.ts`; the environment goes before the file. */
export const settings = z.strictObject({
  port: setting(wholeNumber(0, 65_535).default(7070), {
    variable: 'REGIE_PORT',
    about: 'Port of the HTTP server; 0 takes a free one.',
    expected: 'a whole number from 0 to 65535',
  }),
  host: setting(z.string().regex(HOST).default('127.0.0.1'), {
    variable: 'REGIE_HOST',
    about: 'Address the HTTP server listens on. Any but loopback needs REGIE_PUBLIC_URL.',
    expected: 'an address of this machine, such as 127.0.0.1 or 0.0.0.0',
  }),
  publicUrl: setting(publicUrl.optional(), {
    variable: 'REGIE_PUBLIC_URL',
    about: 'How people reach this server. Absent: on this machine only.',
    expected: 'an address such as https://regie.example.com, without a path; http:// on this machine only',
    example: 'https://regie.example.com',
  }),
  trustedProxies: setting(proxies.default([]), {
    variable: 'REGIE_TRUSTED_PROXIES',
    about:
      "Addresses of the proxies in front, separated by commas: only they are believed what they say of the client's address.",
    expected: 'addresses or networks such as 10.0.0.0/8, separated by commas',
    example: '127.0.0.1,10.0.0.0/8',
  }),
  secret: setting(personKey.optional(), {
    variable: 'REGIE_SECRET',
    about:
      'Signs sessions. Needed with REGIE_PUBLIC_URL; otherwise one is made in the data folder. Another one signs everybody out.',
    expected: '32 bytes in base64, such as from "openssl rand -base64 32"',
    secret: true,
  }),
  metricsToken: setting(z.string().min(16).max(200).optional(), {
    variable: 'REGIE_METRICS_TOKEN',
    about: 'Prometheus may read /metrics with this bearer token. Absent: with an API key, or on this machine.',
    expected: '16 to 200 characters',
    secret: true,
  }),
  unversionedApi: setting(yesOrNo.default(false), {
    variable: 'REGIE_UNVERSIONED_API',
    about: 'true: the addresses of apps also answer without a version, /api/<app>/… as /api/v1/<app>/….',
    expected: '"true" or "false"',
  }),
  outgoingAllowHosts: setting(hosts.default([]), {
    variable: 'REGIE_OUTGOING_ALLOW_HOSTS',
    about: 'Private hosts that Regie may ask all the same, such as an identity provider in the same network.',
    expected: 'hosts such as sso.internal or 10.0.0.5:8080, separated by commas',
    example: 'sso.internal,10.0.0.5:8080',
  }),
  breachedPasswordsUrl: setting(secureUrl.optional(), {
    variable: 'REGIE_BREACHED_PASSWORDS_URL',
    about:
      'Asked whether a password is known from a breach, by the first five digits of its hash: the range API of Pwned Passwords. Absent: nobody is.',
    expected: 'an address such as https://api.pwnedpasswords.com',
    example: 'https://api.pwnedpasswords.com',
  }),
  ssoProviders: setting(ssoProviders.default([]), {
    variable: 'REGIE_SSO_PROVIDERS',
    about: 'Identity providers for single sign-on, as a JSON list; see docs/guides/single-sign-on.md.',
    expected: 'a JSON list of providers, such as [{"kind":"oidc","id":"keycloak",…}]',
    secret: true,
  }),
  dataDir: setting(z.string().trim().min(1).default('data'), {
    variable: 'REGIE_DATA_DIR',
    about: 'Folder of the embedded database, outbox, logs and backups; made when missing.',
    expected: 'the path of a folder',
  }),
  databaseUrl: setting(z.url({ protocol: /^postgres(ql)?$/ }).optional(), {
    variable: 'DATABASE_URL',
    about: 'PostgreSQL server. Absent: the embedded SQLite file regie.db in the data folder.',
    expected: 'postgres://user:password@host:5432/database',
    example: 'postgres://regie:secret@127.0.0.1:5432/regie',
    secret: true,
  }),
  sqliteDurability: setting(z.enum(['full', 'fast']).default('full'), {
    variable: 'REGIE_SQLITE_DURABILITY',
    about: 'full: nothing acknowledged is lost at a power cut. fast: the last moments may be.',
    expected: '"full" or "fast"',
  }),
  personKey: setting(personKey.optional(), {
    variable: 'REGIE_PERSON_KEY',
    about:
      'Opens the keys with which events about persons are encrypted. Absent, and without REGIE_PUBLIC_URL: a key is made once and kept in persons/key in the data folder. Keep it apart from the backups.',
    expected: '32 bytes in base64, such as from "openssl rand -base64 32"',
    secret: true,
  }),
  formerPersonKeys: setting(personKeys.optional(), {
    variable: 'REGIE_FORMER_PERSON_KEYS',
    about: 'What REGIE_PERSON_KEY was before, as long as there are persons from that time.',
    expected: 'keys such as REGIE_PERSON_KEY, separated by commas',
    secret: true,
  }),
  auditKey: setting(personKey.optional(), {
    variable: 'REGIE_AUDIT_KEY',
    about:
      'Seals the audit log. Absent: a key is made once and kept in audit/key in the data folder. Needed with several machines on one database.',
    expected: '32 bytes in base64, such as from "openssl rand -base64 32"',
    secret: true,
  }),
  formerAuditKeys: setting(personKeys.optional(), {
    variable: 'REGIE_FORMER_AUDIT_KEYS',
    about: 'What REGIE_AUDIT_KEY was before, as long as there are entries from that time.',
    expected: 'keys such as REGIE_AUDIT_KEY, separated by commas',
    secret: true,
  }),
  roles: setting(roles.default([...ROLES]), {
    variable: 'REGIE_ROLES',
    about: 'What this process does, separated by commas.',
    expected: 'one or more of api, worker, scheduler, separated by commas',
  }),
  servedQueues: setting(queueList.optional(), {
    variable: 'REGIE_QUEUES',
    about: 'The queues whose runs this process takes as a worker; some process must serve each. Absent: all.',
    expected: 'names of queues, separated by commas',
    example: 'mail,default',
  }),
  appsOn: setting(appList.optional(), {
    variable: 'REGIE_APPS',
    about: 'The apps that are switched on. Absent: all. Tables and data of the others stay.',
    expected: 'ids of apps, separated by commas, or "none"',
    example: 'quotes',
  }),
  processes: setting(wholeNumber(1, 256).default(1), {
    variable: 'REGIE_PROCESSES',
    about: 'Processes that share the port; above 1, one more does the work of the other roles.',
    expected: 'a whole number from 1 to 256',
  }),
  rateLimit: setting(z.string().refine(isRate).default('3000/60s'), {
    variable: 'REGIE_RATE_LIMIT',
    about: 'Requests that one user, key or address may make, where a route says nothing else; "off" for any number.',
    expected: 'a number of requests and a time, such as "3000/60s", or "off"',
  }),
  signInRateLimit: setting(z.string().refine(isRate).default('60/60s'), {
    variable: 'REGIE_SIGN_IN_RATE_LIMIT',
    about:
      'Requests that one address may make to come in: sign-in, passkeys, single sign-on and links from e-mails together; "off" for any number, behind a gateway that counts them.',
    expected: 'a number of requests and a time, such as "60/60s", or "off"',
  }),
  rateStore: setting(z.enum(['memory', 'database', 'redis']).optional(), {
    variable: 'REGIE_RATE_STORE',
    about:
      'Where requests are counted. Absent: redis when REGIE_REDIS_URL is set, else the database when several processes share it (PostgreSQL, or REGIE_PROCESSES above 1), else memory.',
    expected: '"memory", "database" or "redis"',
    example: 'memory',
  }),
  redisUrl: setting(z.url({ protocol: /^rediss?$/ }).optional(), {
    variable: 'REGIE_REDIS_URL',
    about: 'Redis server for the counts of requests and for live messages between processes. Absent: none is used.',
    expected: 'redis://user:password@host:6379 or rediss://…',
    example: 'redis://127.0.0.1:6379',
    secret: true,
  }),
  corsOrigins: setting(origins.optional(), {
    variable: 'REGIE_CORS_ORIGINS',
    about: 'Other sites whose pages may use the API, with credentials, separated by commas. Absent: none.',
    expected: 'exact origins such as https://app.example.com, separated by commas; no path and no *',
    example: 'https://app.example.com',
  }),
  maxConnections: setting(wholeNumber(1, 1_000_000).default(10_000), {
    variable: 'REGIE_MAX_CONNECTIONS',
    about: 'Connections that a process keeps open; those above are closed at once.',
    expected: 'a whole number from 1',
  }),
  maxConnectionsPerAddress: setting(wholeNumber(1, 1_000_000).default(1_000), {
    variable: 'REGIE_MAX_CONNECTIONS_PER_ADDRESS',
    about: 'The same, from one address.',
    expected: 'a whole number from 1',
  }),
  logLevel: setting(z.enum(['debug', 'info', 'warn', 'error']).default('info'), {
    variable: 'REGIE_LOG_LEVEL',
    about: 'Least severe log line that is written.',
    expected: '"debug", "info", "warn" or "error"',
  }),
  minFreeDiskMb: setting(wholeNumber(0, 100_000_000).default(256), {
    variable: 'REGIE_MIN_FREE_DISK_MB',
    about: 'Below this much free disk space (MiB), /ready answers 503.',
    expected: 'a whole number of MiB',
  }),
  discordWebhook: setting(secureUrl.optional(), {
    variable: 'REGIE_DISCORD_WEBHOOK',
    about: 'Alerts are also sent here. Absent: the log and the alerts table only.',
    expected: 'the https:// address of a Discord webhook',
    example: 'https://discord.com/api/webhooks/123/abc',
    secret: true,
  }),
  smtpUrl: setting(z.url({ protocol: /^smtps?$/ }).optional(), {
    variable: 'SMTP_URL',
    about: 'E-mail server. Absent: messages are written as .eml files under outbox in the data folder.',
    expected: 'smtp://user:password@host:587 or smtps://user:password@host:465',
    example: 'smtp://user:secret@127.0.0.1:587',
    secret: true,
  }),
  mailFrom: setting(
    z
      .string()
      .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/)
      .default('Regie <regie@localhost>'),
    {
      variable: 'MAIL_FROM',
      about: 'Sender of every message.',
      expected: 'an address such as "Regie <regie@example.com>"',
    },
  ),
  orgName: setting(z.string().trim().min(1).max(120).default('My organisation'), {
    variable: 'REGIE_ORG_NAME',
    about: 'Name of the organisation.',
    expected: '1 to 120 characters',
  }),
  orgTimeZone: setting(z.string().refine(isTimeZone).default('Europe/Paris'), {
    variable: 'REGIE_ORG_TIME_ZONE',
    about: 'Time zone in which nightly work happens and dates are read.',
    expected: 'an IANA time zone such as Europe/Paris',
  }),
  orgLanguage: setting(z.enum(['en', 'fr']).default('fr'), {
    variable: 'REGIE_ORG_LANGUAGE',
    about: 'Language of what is sent to people.',
    expected: '"en" or "fr"',
  }),
  keepDailyBackups: setting(wholeNumber(1, 10_000).default(7), {
    variable: 'REGIE_KEEP_DAILY_BACKUPS',
    about: 'Daily backups that are kept.',
    expected: 'a whole number from 1',
  }),
  keepWeeklyBackups: setting(wholeNumber(1, 10_000).default(5), {
    variable: 'REGIE_KEEP_WEEKLY_BACKUPS',
    about: 'Weekly backups that are kept.',
    expected: 'a whole number from 1',
  }),
  keepMonthlyBackups: setting(wholeNumber(1, 10_000).default(12), {
    variable: 'REGIE_KEEP_MONTHLY_BACKUPS',
    about: 'Monthly backups that are kept.',
    expected: 'a whole number from 1',
  }),
  keepLogs: setting(duration.default('30d'), {
    variable: 'REGIE_KEEP_LOGS',
    about: 'Log files, and the lines that are kept with runs, are removed when they are older than this.',
    expected: "a number and a unit, such as '12h' or '30d'",
  }),
  keepAlerts: setting(duration.default('90d'), {
    variable: 'REGIE_KEEP_ALERTS',
    about: 'Resolved alerts, silences that are over and notifications older than this are removed.',
    expected: "a number and a unit, such as '12h' or '90d'",
  }),
  keepAudit: setting(auditDuration.optional(), {
    variable: 'REGIE_KEEP_AUDIT',
    about: 'Entries of the audit log older than this are removed, the oldest first; without it they are kept for ever.',
    expected: "a number and a unit, at least 30 days, such as '400d'",
  }),
  keepClosedOrganisations: setting(duration.default('30d'), {
    variable: 'REGIE_KEEP_CLOSED_ORGANISATIONS',
    about:
      'An organisation that was deleted is closed, and can be restored, for this long; then what it has is removed.',
    expected: "a number and a unit, such as '12h' or '30d'",
  }),
  keepTemporaryFiles: setting(duration.default('24h'), {
    variable: 'REGIE_KEEP_TEMPORARY_FILES',
    about: 'Temporary files untouched for this long are removed.',
    expected: "a number and a unit, such as '12h' or '2d'",
  }),
})

/** The settings as they are parsed. */
export type Settings = z.output<typeof settings>

/** The names of the settings, in the order in which they are explained. */
export const settingKeys = Object.keys(settings.shape) as readonly (keyof Settings)[]

/** The note of one setting. */
export function noteOf(key: keyof Settings): SettingNote {
  const note = settingNotes.get(settings.shape[key])
  if (note === undefined) throw new TypeError(`the setting ${key} has no note`)
  return note
}
