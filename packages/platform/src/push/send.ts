import { type Clock, PermanentError, RetryAfter } from '@regie/engine'
import type { PushSubscriptionRecord } from '../inbox/store/push.ts'
import { encryptPush } from './encrypt.ts'
import { isPushAddress } from './hosts.ts'
import { type VapidKey, vapidHeader } from './vapid.ts'

/** What sending needs. */
export interface PushSender {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly key: VapidKey
  readonly hosts: readonly string[]
  /** `mailto:` of whoever runs this server. */
  readonly contact: string
}

const DAY_S = 86_400
const TIMEOUT_MS = 10_000
const LONGEST_WAIT_MS = 3_600_000

/**
 * Sends one message to one browser. Answers false when that browser is gone for good. Throws `RetryAfter` or an Error when
 * it is worth another attempt, and a `PermanentError` when it is not.
 */
export async function sendPush(
  { fetch, clock, key, hosts, contact }: PushSender,
  subscription: PushSubscriptionRecord,
  content: string,
  /** Messages that were not delivered yet are replaced by one of the same. */
  collapse: string,
): Promise<boolean> {
  const { endpoint } = subscription
  // Looked at again: the list may have become shorter since the browser subscribed.
  if (!isPushAddress(endpoint, hosts)) return false
  const response = await fetch(endpoint, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      authorization: vapidHeader(key, endpoint, { contact, now: clock.now() }),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(DAY_S),
      topic: collapse.replaceAll('-', '').slice(0, 32),
      urgency: 'normal',
    },
    body: new Uint8Array(encryptPush(Buffer.from(content), subscription)),
  })
  await response.body?.cancel()
  if (response.ok) return true
  if (response.status === 404 || response.status === 410) return false
  const host = new URL(endpoint).host
  if (response.status === 429) throw new RetryAfter(waitOf(response))
  const what = `the push service ${host} answered ${response.status}`
  throw response.status >= 500 ? new Error(what) : new PermanentError(what)
}

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 60)
  return Math.min(Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 60_000, LONGEST_WAIT_MS)
}
