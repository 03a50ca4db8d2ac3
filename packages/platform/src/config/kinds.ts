import { type Duration, durationMs } from '@regie/engine'
import { z } from 'zod'
import { ssoProvider } from '../sso/provider.ts'

/** What a process may do. */
export const ROLES = ['api', 'worker', 'scheduler'] as const
const LOOPBACK = /^(localhost|::1|127(\.\d{1,3}){3})$/

/** A whole number from `min` to `max`, from the environment or the file. */
export const wholeNumber = (min: number, max: number) =>
  z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .pipe(z.int().min(min).max(max))

/** `true` or `false`. */
export const yesOrNo = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

/** A length of time longer than none. */
export const duration = z.custom<Duration>((value) => typeof value === 'string' && isDuration(value))

// Shorter, and a mistyped unit would take the log away before anybody looks.
const LEAST_AUDIT_MS = 30 * 86_400_000
/** The same of at least 30 days. */
export const auditDuration = z.custom<Duration>(
  (value) => typeof value === 'string' && isDuration(value) && durationMs(value) >= LEAST_AUDIT_MS,
)

const texts = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])

/** Some of {@link ROLES}, each once. */
export const roles = texts.pipe(z.array(z.enum(ROLES)).nonempty()).transform((list) => [...new Set(list)])

/** Ids of apps, or `none`. */
export const appList = z
  .union([z.array(z.string()), z.string().transform((text) => (text === 'none' ? [] : text.split(',')))])
  .pipe(z.array(z.string().trim().min(1)))
  .transform((list) => [...new Set(list)])

/** Names of queues, at least one, each once. */
export const queueList = texts.pipe(z.array(z.string().min(1)).nonempty()).transform((list) => [...new Set(list)])

/** A key of 32 bytes, in base64. */
export const personKey = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9+/]{43}=$/)

/** Several of them, at least one. */
export const personKeys = texts.pipe(z.array(personKey).nonempty())

/** An address that is reached by TLS, or on this machine. */
export const secureUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const url = new URL(text)
  return url.protocol === 'https:' || LOOPBACK.test(url.hostname)
})

/** Pages' origins as browsers send them: no path, no default port, no wildcard, since answers come with credentials. */
export const origins = texts.pipe(z.array(z.string().refine(isOrigin)).nonempty())

/** A name or an address; what is listened on is for the operating system to say. */
export const HOST = /^[\w.:-]{1,253}$/

/** An origin by https, or on this machine. */
export const publicUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => {
    const url = new URL(text)
    const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
    return isBare && (url.protocol === 'https:' || isLoopbackName(url.hostname))
  })
  .transform((text) => new URL(text).origin)

/** Addresses and networks. */
export const proxies = texts.pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))

/** Names or addresses, each with a port or without. */
export const hosts = texts.pipe(z.array(z.string().regex(/^(\[[\da-fA-F:.]+\]|[\w.-]{1,253})(:\d{1,5})?$/)))

/** Identity providers, from a list or its JSON; no two of one id. */
export const ssoProviders = z
  .union([
    z.array(z.unknown()),
    z.string().transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: 'is no JSON' })
        return z.NEVER
      }
    }),
  ])
  .pipe(z.array(ssoProvider))
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length)

/** True for a name that answers on this machine only. */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK.test(name) || name.endsWith('.localhost')
}

function isDuration(value: string): value is Duration {
  try {
    return durationMs(value as Duration) > 0
  } catch {
    return false
  }
}

function isOrigin(text: string): boolean {
  // `*` is a character of host names for URL, and for nobody else.
  return /^https?:/.test(text) && !text.includes('*') && URL.canParse(text) && new URL(text).origin === text
}

/** `<requests>/<duration>`, or `off`. */
export function isRate(value: string): boolean {
  if (value === 'off') return true
  const [, max, per = ''] = /^([1-9]\d{0,8})\/(.+)$/.exec(value) ?? []
  return max !== undefined && isDuration(per)
}

/** An IANA zone this Node knows. */
export function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).format(0) !== ''
  } catch {
    return false
  }
}
