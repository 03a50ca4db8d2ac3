import type { Clock } from '@regie/engine'
import { runbookOf } from './alert.ts'
import type { AlertChannel } from './channel.ts'
import type { AlertRecord } from './record.ts'
import { wait } from './wait.ts'

/** What the Discord channel is made of. */
export interface DiscordOptions {
  /** Address of the webhook; a secret. */
  readonly webhook: string
  /** How people reach this server, without a slash at its end: then each alert says where one acts. */
  readonly publicUrl?: string | undefined
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  /** Longest wait for an answer, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** Deliveries tried in all. Default 4. */
  readonly attempts?: number
}

// Discord refuses more: https://discord.com/developers/docs/resources/webhook#execute-webhook
const LONGEST_CONTENT = 2_000
const LONGEST_WAIT_MS = 60_000
const MARKS = { info: '🔵', warning: '🟠', critical: '🔴' } as const

type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryMs?: number }

/** Posts alerts to a Discord webhook. Waits as long as a 429 asks, retries 5xx and silence, never a refusal. */
export function discordChannel({
  webhook,
  publicUrl,
  clock,
  fetch,
  timeoutMs = 5_000,
  attempts = 4,
}: DiscordOptions): AlertChannel {
  const post = async (body: string, attempt: number, signal: AbortSignal): Promise<Outcome> => {
    const silence = new AbortController()
    const cancel = clock.setTimer(() => silence.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
    try {
      const response = await fetch(webhook, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.any([signal, silence.signal]),
      })
      await response.body?.cancel()
      return outcomeOf(response, attempt)
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error), retryMs: backoffMs(attempt) }
    } finally {
      cancel()
    }
  }
  return {
    name: 'discord',
    async send(alert, signal) {
      const body = JSON.stringify(discordPayload(alert, publicUrl))
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await post(body, attempt, signal)
        if (outcome.kind === 'sent') return
        if (outcome.retryMs === undefined || attempt >= attempts || signal.aborted) {
          throw new Error(`Discord did not take the alert after ${attempt} attempts: ${outcome.reason}`)
        }
        await wait(clock, outcome.retryMs, signal)
      }
    },
  }
}

/**
 * The message as Discord takes it: at most 2,000 characters, and nobody is mentioned whatever the text says.
 *
 * @internal
 */
export function discordPayload(alert: AlertRecord, publicUrl?: string) {
  const since = new Date(alert.firstAt).toISOString().slice(0, 16).replace('T', ' ')
  const times = alert.count === 1 ? '' : ` · ${alert.count} times`
  const head = `${MARKS[alert.severity]} **${cut(alert.title, 200)}**\n`
  const foot = `${linksOf(alert, publicUrl)}\n-# ${cut(alert.key, 200)} · ${alert.org} · since ${since} UTC${times}`
  return {
    content: `${head}${cut(alert.detail, LONGEST_CONTENT - head.length - foot.length)}${foot}`,
    allowed_mentions: { parse: [] as readonly string[] },
    // SUPPRESS_EMBEDS: no previews of addresses that an error text may hold.
    flags: 4,
  }
}

/** Where one acts, and what to do, each on a line of its own. */
function linksOf({ link, code }: AlertRecord, publicUrl: string | undefined): string {
  if (publicUrl === undefined) return ''
  const act = link === undefined ? '' : `\n→ ${publicUrl}${link}`
  return code === undefined ? act : `${act}\n→ ${publicUrl}${runbookOf(code)}`
}

/** At most `length` UTF-16 units, never half a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function outcomeOf(response: Response, attempt: number): Outcome {
  if (response.ok) return { kind: 'sent' }
  const reason = `it answered ${response.status}`
  if (response.status === 429) return { kind: 'failed', reason, retryMs: retryAfterMs(response) }
  if (response.status >= 500) return { kind: 'failed', reason, retryMs: backoffMs(attempt) }
  return { kind: 'failed', reason }
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 1)
  return Math.min(Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 1_000, LONGEST_WAIT_MS)
}

function backoffMs(attempt: number): number {
  return Math.min(1_000 * 4 ** (attempt - 1), LONGEST_WAIT_MS)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
