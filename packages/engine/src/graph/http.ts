import { EngineError } from '../errors.ts'
import { PermanentError, RetryAfter } from '../job/errors.ts'
import type { StepContext } from '../workflow/context.ts'
import type { Expression } from './expression.ts'
import type { Scope } from './expression-evaluate.ts'
import { fetchPublic } from './http-fetch.ts'
import type { GraphOptions, HttpRequest, HttpResponse } from './options.ts'
import type { NodeOf } from './schema.ts'
import { secretsIn } from './secrets.ts'
import { expressionsIn, fillText, fillValue } from './template.ts'

/** What an `http` node answers. */
export interface HttpResult {
  readonly status: number
  /** Names in lower case; those that carry credentials are left out. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed when the server says that it is JSON, otherwise text. */
  readonly body: unknown
}

/** A record of a step has room for 1 MiB. */
const MAX_BODY_BYTES = 900_000
const HIDDEN_HEADERS: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'authorization',
  'proxy-authenticate',
  'www-authenticate',
])
/** Statuses that a later attempt may cure. */
const PASSING: ReadonlySet<number> = new Set([408, 421, 425, 429])

/**
 * The work of an `http` node: one attempt. Secrets are looked up for it, and their values are taken out of what comes back.
 * Throws `HTTP_REFUSED`, and `HTTP_STATUS` for a status that is not expected.
 */
export function request(options: GraphOptions, node: NodeOf<'http'>, scope: Scope) {
  return async (step: StepContext): Promise<HttpResult> => {
    const secrets = await lookUpSecrets(options, node, step.run.org)
    try {
      return await send(options, node, { ...scope, secret: secrets }, step, secretsIn(Object.values(secrets)))
    } catch (error) {
      throw cleaned(error, secretsIn(Object.values(secrets)))
    }
  }
}

type Hide = (text: string) => string

async function send(
  options: GraphOptions,
  node: NodeOf<'http'>,
  scope: Scope,
  step: StepContext,
  hide: Hide,
): Promise<HttpResult> {
  const url = checkedUrl(fillText(node.url, scope))
  const carry = options.fetch ?? ((to, given) => fetchPublic(to, given, options.allowHosts ?? []))
  const response = await carry(url, requestOf(node, scope, step))
  const headers = Object.fromEntries(
    [...response.headers].map(([name, value]) => [name.toLowerCase(), hide(value)] as const),
  )
  const text = hide(await textOfBody(response))
  const expected = node.expect?.includes(response.status) ?? (response.status >= 200 && response.status < 300)
  if (!expected) throw unexpected(node, response.status, text, headers['retry-after'], step)
  const shown = Object.entries(headers).filter(([name]) => !HIDDEN_HEADERS.has(name))
  return { status: response.status, headers: Object.fromEntries(shown), body: bodyOf(text, headers['content-type']) }
}

function requestOf(node: NodeOf<'http'>, scope: Scope, step: StepContext): HttpRequest {
  const { method } = node
  const filled = node.body === undefined ? undefined : fillValue(node.body, scope)
  const body = filled === undefined || typeof filled === 'string' ? filled : JSON.stringify(filled)
  const own = Object.fromEntries(
    Object.entries(node.headers ?? {}).map(([name, text]) => [
      name.toLowerCase(),
      checkedHeader(name, fillText(text, scope)),
    ]),
  )
  const headers = {
    ...(body === undefined
      ? {}
      : { 'content-type': typeof filled === 'string' ? 'text/plain; charset=utf-8' : 'application/json' }),
    // Two attempts of one step are one request to a server that knows this header.
    ...(method === 'GET' || method === 'HEAD' ? {} : { 'idempotency-key': `run-${step.run.id}-${step.step.name}` }),
    ...own,
  }
  const given = { method, headers, signal: step.signal, redirect: 'manual' as const }
  return body === undefined ? given : { ...given, body }
}

function checkedUrl(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined
  const plain = address?.username === '' && address.password === ''
  if (address !== undefined && plain && (address.protocol === 'https:' || address.protocol === 'http:'))
    return address.href
  throw permanent(new EngineError('HTTP_REFUSED', 'the url is no plain http or https address'))
}

function checkedHeader(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw permanent(
    new EngineError('HTTP_REFUSED', `the value of the header ${name} has characters that no header may have`),
  )
}

async function textOfBody({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES)
      throw permanent(
        new EngineError('RESULT_TOO_LARGE', `the answer is more than ${MAX_BODY_BYTES} bytes: let a job fetch it`),
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function bodyOf(text: string, type: string | undefined): unknown {
  if (type === undefined || !/\bjson\b/i.test(type)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function unexpected(
  { method, id }: NodeOf<'http'>,
  status: number,
  text: string,
  retryAfter: string | undefined,
  { clock }: StepContext,
): Error {
  const message = `${method} of the node ${id} was answered ${status}: ${text.slice(0, 500)}`
  const error = new EngineError('HTTP_STATUS', message)
  if (!PASSING.has(status) && status < 500) return permanent(error)
  const delayMs = delayOf(retryAfter, clock.now())
  return delayMs === undefined ? error : withCode(new RetryAfter(delayMs, message), error.code)
}

/** Seconds or a date; a day at most, because the server is not the one to say that a run sleeps for a year. */
function delayOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const delayMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now
  return Number.isFinite(delayMs) ? Math.min(Math.max(0, delayMs), 86_400_000) : undefined
}

async function lookUpSecrets(
  { secret }: GraphOptions,
  { url, headers, body }: NodeOf<'http'>,
  org: string,
): Promise<Readonly<Record<string, string>>> {
  const names = new Set<string>()
  const collect = (expression: Expression): void => {
    for (const name of secretNames(expression)) names.add(name)
  }
  expressionsIn({ url, headers, body }, [], collect, () => {})
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = await secret?.(name, { org })
    if (typeof value !== 'string' || value === '')
      throw permanent(new EngineError('HTTP_REFUSED', `there is no secret ${name}: see \`graph.secret\``))
    found[name] = value
  }
  return found
}

function secretNames(of: Expression): readonly string[] {
  switch (of.kind) {
    case 'literal':
      return []
    case 'not':
      return secretNames(of.of)
    case 'call':
      return of.given.flatMap(secretNames)
    case 'and':
    case 'or':
    case 'compare':
      return [...secretNames(of.left), ...secretNames(of.right)]
    case 'path': {
      const [key] = of.keys
      return of.root === 'secret' && key?.kind === 'literal' ? [String(key.value)] : of.keys.flatMap(secretNames)
    }
  }
}

/** No retry cures it; its code stays. */
function permanent(error: EngineError): Error {
  return withCode(new PermanentError(error.message), error.code)
}

function withCode<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code })
}

/** Errors are stored too: what they say of the request must not hold a secret. */
function cleaned(error: unknown, hide: Hide): unknown {
  if (!(error instanceof Error)) return new Error(hide(String(error)))
  const { cause } = error
  // The connection's own error says more than that fetching failed.
  const reason = cause instanceof Error ? `${error.message}: ${cause.message}` : error.message
  error.message = hide(reason)
  error.cause = undefined
  error.stack = `${error.name}: ${error.message}`
  return error instanceof EngineError && error.code === 'HTTP_REFUSED' ? permanent(error) : error
}
