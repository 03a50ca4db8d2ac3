import { join, resolve } from 'node:path'
import type { Duration, QueueOptions } from '@regie/engine'
import { z } from 'zod'
import { type Issue, PlatformError } from '../errors.ts'
import { speakPlainly } from '../http/messages.ts'
import type { RateLimit } from '../rate/gcra.ts'
import type { Config, ConfigFile, RateCountsPlace, SettingInForce } from './config.ts'
import { appSettingsInForce, type SourceOf, settingsInForce } from './in-force.ts'
import { isLoopbackName } from './kinds.ts'
import { didYouMean, nearest } from './nearest.ts'
import { programName } from './program.ts'
import { queueSettings } from './queues.ts'
import { noteOf, type Settings, settingKeys, settings } from './settings.ts'

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What of an app the configuration needs. */
export interface ConfiguredApp {
  readonly id: string
  readonly config: z.ZodType
  readonly queues?: Readonly<Record<string, QueueOptions>>
}

// Read by the test and measuring tools, or set by the command for its own processes.
const FOREIGN = /^REGIE_((TEST|BENCH|CHAOS)_|PROGRAM$|CHILD(_ADDRESS)?$)/
const APP_VARIABLE = /^REGIE_APP_([A-Z][A-Z0-9_]*)$/

/**
 * Reads every setting from the environment, then from `regie.config.ts`, then from its default. Throws `CONFIG_INVALID`
 * with all problems in one message; each names the setting, what was read (never a secret) and what is expected.
 */
export function parseConfig(env: Environment, file: ConfigFile = {}, apps: readonly ConfiguredApp[] = []): Config {
  speakPlainly()
  const unknown = unknownVariables(env, apps)
  const plain = plainSettings(env, file)
  const ofApps = appSettings(env, file, apps)
  // Also when another setting is wrong: all problems stand in one message.
  const switched = switchedOff(alone('appsOn', plain.read), file, apps)
  const queues = queueSettings({ given: file.queues, served: alone('servedQueues', plain.read), apps })
  const open = openness(plain.read)
  const problems = [
    ...plain.problems,
    ...open,
    ...unknown.problems,
    ...ofApps.problems,
    ...switched.problems,
    ...queues.problems,
  ]
  if (problems.length > 0 || plain.settings === undefined) throw invalid(problems)
  const warnings = [...unknown.warnings, ...lonelyKeys(plain.settings)]
  return {
    ...assemble(plain.settings),
    program: programName(env),
    apps: ofApps.apps,
    appsOff: switched.off,
    queues: queues.queues,
    inForce: [...settingsInForce(plain.settings, plain.sourceOf), ...ofApps.inForce],
    warnings,
  }
}

/** One setting by itself; undefined when it is absent or wrong. */
function alone<Key extends 'appsOn' | 'servedQueues'>(
  key: Key,
  read: Readonly<Record<string, unknown>>,
): Settings[Key] {
  return settings.shape[key].safeParse(read[key]).data as Settings[Key]
}

/** What others reach must be reached by TLS, and must not sign with a secret that lies beside the data. */
function openness({ host = '127.0.0.1', publicUrl, secret }: Readonly<Record<string, unknown>>): readonly Issue[] {
  const isSafe = typeof publicUrl === 'string' && publicUrl.startsWith('https:')
  const problems: Issue[] = []
  if (typeof host === 'string' && !isLoopbackName(host) && !isSafe)
    problems.push({
      path: 'REGIE_HOST',
      code: 'invalid',
      message: `read ${JSON.stringify(host)}, expected a loopback address unless REGIE_PUBLIC_URL is https://…: passwords would cross the network in the clear`,
    })
  if (isSafe && secret === undefined)
    problems.push({
      path: 'REGIE_SECRET',
      code: 'missing',
      message: 'is needed with REGIE_PUBLIC_URL; expected 32 bytes in base64, such as from "openssl rand -base64 32"',
    })
  return problems
}

function lonelyKeys({ personKey, formerPersonKeys }: Settings): readonly string[] {
  if (personKey !== undefined || formerPersonKeys === undefined) return []
  return ['REGIE_FORMER_PERSON_KEYS is set without REGIE_PERSON_KEY, and means nothing without it']
}

function plainSettings(env: Environment, file: ConfigFile) {
  const { apps: _apps, queues: _queues, ...fromFile } = file
  const read: Record<string, unknown> = { ...fromFile }
  const fromEnvironment = new Set<string>()
  for (const key of settingKeys) {
    const text = env[noteOf(key).variable]?.trim()
    // Without a role a process does nothing; what else is empty is as if it were not there.
    if (text === undefined || (text === '' && key !== 'roles')) continue
    read[key] = text
    fromEnvironment.add(key)
  }
  const sourceOf: SourceOf = (key) => (fromEnvironment.has(key) ? 'environment' : key in fromFile ? 'file' : 'default')
  const parsed = settings.safeParse(read)
  if (parsed.success) return { read, sourceOf, settings: parsed.data, problems: missingRedis(parsed.data) }
  const wrong = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')).filter((key) => key !== ''))
  const unknownKeys = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  return {
    read,
    sourceOf,
    settings: undefined,
    problems: [
      ...settingKeys
        .filter((key) => wrong.has(key))
        .map((key) => wrongSetting(key, read[key], fromEnvironment.has(key))),
      ...unknownKeys.map((key) => unknownKey(key)),
    ],
  }
}

function missingRedis({ rateStore, redisUrl }: Settings): readonly Issue[] {
  if (rateStore !== 'redis' || redisUrl !== undefined) return []
  const message = 'is not set, and REGIE_RATE_STORE is redis: set it, or choose memory or database'
  return [{ path: 'REGIE_REDIS_URL', code: 'missing', message }]
}

function wrongSetting(key: keyof Settings, read: unknown, fromEnvironment: boolean): Issue {
  const note = noteOf(key)
  const shown = note.secret === true ? 'a value that is not shown' : JSON.stringify(read)
  const where = fromEnvironment ? '' : ` as ${key} in regie.config.ts`
  return { path: note.variable, code: 'invalid', message: `read ${shown}${where}, expected ${note.expected}` }
}

function unknownKey(key: string): Issue {
  return { path: `regie.config.ts: ${key}`, code: 'unknown', message: `no such setting${didYouMean(key, settingKeys)}` }
}

/** A slip of the hand is a problem; a name that resembles none is only worth a warning (Kubernetes injects some). */
function unknownVariables(env: Environment, apps: readonly ConfiguredApp[]) {
  const known = [...settingKeys.map((key) => noteOf(key).variable), ...apps.map((app) => appVariable(app.id))]
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith('REGIE_') && !known.includes(name) && !FOREIGN.test(name))
    .filter((name) => apps.length > 0 || !APP_VARIABLE.test(name))
    .toSorted()
  const isSlip = (name: string) => nearest(name, known) !== undefined || APP_VARIABLE.test(name)
  return {
    problems: unknown
      .filter(isSlip)
      .map((name) => ({ path: name, code: 'unknown', message: `no such variable${didYouMean(name, known)}` })),
    warnings: [
      ...unknown.filter((name) => !isSlip(name)).map((name) => `${name} is set but means nothing to Regie`),
      ...Object.keys(env)
        .filter((name) => /^regie_/i.test(name) && !name.startsWith('REGIE_'))
        .map((name) => `${name} is set but means nothing to Regie${didYouMean(name.toUpperCase(), known)}`),
    ],
  }
}

/** `REGIE_APP_QUOTES`, for the app `quotes`: a JSON object that goes before `apps.quotes` of the file. */
function appVariable(id: string): string {
  return `REGIE_APP_${id.toUpperCase().replaceAll('-', '_')}`
}

function appSettings(env: Environment, file: ConfigFile, apps: readonly ConfiguredApp[]) {
  const parsed = new Map<string, unknown>()
  const inForce: SettingInForce[] = []
  const problems: Issue[] = []
  const ids = apps.map((app) => app.id)
  const given: unknown = file.apps ?? {}
  if (!isPlainObject(given)) {
    problems.push({
      path: 'regie.config.ts: apps',
      code: 'invalid',
      message: 'is not an object such as { quotes: { … } }',
    })
  }
  for (const id of Object.keys(asObject(given))) {
    if (apps.length > 0 && !ids.includes(id)) {
      problems.push({ path: `apps.${id}`, code: 'unknown', message: `no such app${didYouMean(id, ids)}` })
    }
  }
  for (const app of apps) {
    if (!(app.config instanceof z.ZodType)) {
      problems.push({
        path: `apps.${app.id}`,
        code: 'invalid',
        message: 'its config is no schema: write z.strictObject({})',
      })
      continue
    }
    const fromEnvironment = jsonObject(env[appVariable(app.id)])
    if (fromEnvironment === undefined) {
      problems.push({ path: appVariable(app.id), code: 'invalid', message: 'is not a JSON object such as {"name":1}' })
      continue
    }
    const fromFile = fileOf(given, app.id)
    if (!isPlainObject(fromFile)) {
      problems.push({ path: `apps.${app.id}`, code: 'invalid', message: 'is neither an object of settings nor false' })
      continue
    }
    const result = app.config.safeParse({ ...fromFile, ...fromEnvironment })
    if (result.success) {
      parsed.set(app.id, result.data)
      const sourceOf: SourceOf = (name) =>
        name in fromEnvironment ? 'environment' : name in fromFile ? 'file' : 'default'
      const { id, config: schema } = app
      inForce.push(...appSettingsInForce({ app: id, variable: appVariable(id), schema, values: result.data, sourceOf }))
    }
    for (const issue of result.error?.issues ?? []) {
      problems.push(...appIssues(app, issue))
    }
  }
  return { apps: parsed, inForce, problems }
}

/** A field that is not there is named, and what it may have been meant for. */
function appIssues({ id, config }: ConfiguredApp, issue: z.core.$ZodIssue): readonly Issue[] {
  const { code, message } = issue
  const path = ['apps', id, ...issue.path].join('.')
  if (code !== 'unrecognized_keys' || issue.path.length > 0) return [{ path, code, message }]
  const known = config instanceof z.ZodObject ? Object.keys(config.shape) : []
  return issue.keys.map((key) => ({
    path: `${path}.${key}`,
    code,
    message: `no such setting${didYouMean(key, known)}`,
  }))
}

/** What the file says of an app; one that it switches off has no settings of its own. */
function fileOf(given: unknown, id: string): unknown {
  const found = Object.entries(asObject(given)).find(([name]) => name === id)?.[1]
  return found === false ? {} : (found ?? {})
}

/** `REGIE_APPS` decides alone where it is set; otherwise an app is off when the file says `false`. */
function switchedOff(listed: readonly string[] | undefined, file: ConfigFile, apps: readonly ConfiguredApp[]) {
  const ids = apps.map((app) => app.id)
  if (listed === undefined) {
    const given = Object.entries(asObject(file.apps))
    return {
      off: new Set(ids.filter((id) => given.some(([name, value]) => name === id && value === false))),
      problems: [],
    }
  }
  // Who parses without the apps cannot tell which there are.
  const unknown = apps.length === 0 ? [] : listed.filter((id) => !ids.includes(id))
  return {
    off: new Set(ids.filter((id) => !listed.includes(id))),
    problems: unknown.map((id) => ({
      path: 'REGIE_APPS',
      code: 'unknown',
      message: `there is no app ${id}: choose from ${ids.join(', ')}`,
    })),
  }
}

function jsonObject(text: string | undefined): object | undefined {
  if (text === undefined || text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asObject(value: unknown): object {
  return isPlainObject(value) ? value : {}
}

function assemble(read: Settings): Omit<Config, 'apps' | 'appsOff' | 'queues' | 'program' | 'inForce' | 'warnings'> {
  const dataDir = resolve(read.dataDir)
  return {
    port: read.port,
    host: read.host,
    ...(read.publicUrl !== undefined && { publicUrl: read.publicUrl }),
    trustedProxies: read.trustedProxies,
    ...(read.secret !== undefined && { secret: read.secret }),
    ...(read.metricsToken !== undefined && { metricsToken: read.metricsToken }),
    unversionedApi: read.unversionedApi,
    outgoingAllowHosts: read.outgoingAllowHosts,
    ...(read.breachedPasswordsUrl !== undefined && { breachedPasswordsUrl: read.breachedPasswordsUrl }),
    ssoProviders: read.ssoProviders,
    dataDir,
    database:
      read.databaseUrl === undefined
        ? { kind: 'sqlite', path: join(dataDir, 'regie.db'), durability: read.sqliteDurability }
        : { kind: 'postgres', url: read.databaseUrl },
    ...(read.personKey !== undefined && {
      personKeys: { masterKey: read.personKey, former: read.formerPersonKeys ?? [] },
    }),
    audit: {
      ...(read.auditKey !== undefined && { key: read.auditKey }),
      formerKeys: read.formerAuditKeys ?? [],
    },
    roles: read.roles,
    ...(read.servedQueues !== undefined && { servedQueues: read.servedQueues }),
    processes: read.processes,
    http: {
      ...rateOf('rateLimit', read.rateLimit),
      ...rateOf('signInRateLimit', read.signInRateLimit),
      rateCounts: rateCountsOf(read),
      ...(read.redisUrl !== undefined && { redisUrl: read.redisUrl }),
      corsOrigins: read.corsOrigins ?? [],
      maxConnections: read.maxConnections,
      maxConnectionsPerAddress: read.maxConnectionsPerAddress,
    },
    logLevel: read.logLevel,
    minFreeDiskMb: read.minFreeDiskMb,
    ...(read.discordWebhook !== undefined && { discordWebhook: read.discordWebhook }),
    ...(read.smtpUrl !== undefined && { smtpUrl: read.smtpUrl }),
    mailFrom: read.mailFrom,
    org: { id: 'main', name: read.orgName, timeZone: read.orgTimeZone, language: read.orgLanguage },
    keep: {
      dailyBackups: read.keepDailyBackups,
      weeklyBackups: read.keepWeeklyBackups,
      monthlyBackups: read.keepMonthlyBackups,
      logs: read.keepLogs,
      alerts: read.keepAlerts,
      temporaryFiles: read.keepTemporaryFiles,
      closedOrganisations: read.keepClosedOrganisations,
      ...(read.keepAudit !== undefined && { audit: read.keepAudit }),
    },
  }
}

function rateOf<Name extends string>(name: Name, text: string): { readonly [key in Name]?: RateLimit } {
  const [max, per] = text.split('/')
  // The setting's own check has let nothing else through.
  const limit = { max: Number(max), per: per as Duration }
  return per === undefined ? {} : ({ [name]: limit } as { readonly [key in Name]?: RateLimit })
}

function rateCountsOf({ rateStore, redisUrl, databaseUrl, processes }: Settings): RateCountsPlace {
  const shared = databaseUrl === undefined && processes === 1 ? 'memory' : 'database'
  const kind = rateStore ?? (redisUrl === undefined ? shared : 'redis')
  return kind === 'redis' ? { kind, url: redisUrl ?? '' } : { kind }
}

function invalid(problems: readonly Issue[]): PlatformError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  const lines = problems.map(({ path, message }) => `  - ${path}: ${message}`)
  return new PlatformError(
    'CONFIG_INVALID',
    [`The configuration has ${count}:`, ...lines, 'Every setting is explained in .env.example.'].join('\n'),
    { issues: problems },
  )
}
