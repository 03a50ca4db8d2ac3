import { createHash } from 'node:crypto'
import type { PlatformLog } from '../observe/log.ts'
import type { Meter } from '../observe/metrics.ts'
import { createVettedFetch } from '../security/vetted-fetch.ts'

/** True when a password is known from a breach elsewhere. */
export type IsBreached = (password: string) => Promise<boolean>

/** Whom to ask, and where to tell that nobody answered. */
export interface BreachedOptions {
  /** The address before `/range/…`. */
  readonly url: string
  readonly allowHosts: readonly string[]
  readonly log: PlatformLog
  readonly meter: Meter
}

// Somebody waits for it before they are let in.
const TIMEOUT_MS = 2_000

/**
 * Asks a service of the kind of Pwned Passwords: it is told the first five of the forty digits of a password's SHA-1, and
 * answers the rest of all it knows that begin so, padded, so that not even the length tells which. Without an answer within
 * two seconds no password is breached: the service must not be able to shut people out. That is logged and counted.
 */
export function askBreached({ url, allowHosts, log, meter }: BreachedOptions): IsBreached {
  // Whoever configured it may have one within their own network.
  const fetch = createVettedFetch([...allowHosts, new URL(url).host])
  const asked = meter.createCounter('regie_breached_password_checks', {
    description: 'Passwords looked up among breached ones: known, unknown, or without an answer.',
  })
  return async (password) => {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
    try {
      const { status, body } = await fetch(`${url.replace(/\/$/, '')}/range/${hash.slice(0, 5)}`, {
        headers: { 'add-padding': 'true', 'user-agent': 'Regie' },
        timeoutMs: TIMEOUT_MS,
      })
      if (status !== 200) throw new Error(`the service answered ${status}`)
      const isKnown = countOf(body.toString(), hash.slice(5)) > 0
      asked.add(1, { outcome: isKnown ? 'known' : 'unknown' })
      return isKnown
    } catch (err) {
      asked.add(1, { outcome: 'unanswered' })
      log.warn({ err, part: 'auth' }, 'nobody could say whether a password is known from a breach: it was accepted')
      return false
    }
  }
}

/** How often a password was seen; what only pads the answer was seen never. */
function countOf(answer: string, rest: string): number {
  const line = answer.split('\n').find((each) => each.slice(0, rest.length).toUpperCase() === rest)
  return Number(line?.slice(rest.length + 1) ?? 0)
}
