/** Values of a query; undefined is left out, a list is repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** An answer that is no success, in the server's words. */
export class ApiError extends Error {
  readonly status: number
  /** Stable, for programs. `UNREACHABLE` when there was no answer at all. */
  readonly code: string
  readonly requestId: string | undefined
  /** Messages by field. */
  readonly fields: Readonly<Record<string, readonly string[]>>

  constructor(status: number, problem: ProblemBody, requestId: string | undefined) {
    super(problem.message ?? problem.detail ?? problem.title ?? `HTTP ${status}`)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? 'UNKNOWN'
    this.requestId = requestId
    this.fields = problem.errors ?? {}
  }
}

interface ProblemBody {
  readonly code?: string
  readonly message?: string
  readonly detail?: string
  readonly title?: string
  readonly errors?: Readonly<Record<string, readonly string[]>>
}

const TIMEOUT_MS = 20_000
const listeners = new Set<(outcome: Outcome) => void>()

/** How a request went, for whoever watches the connection and the session. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: ApiError }

/** Is told of each request. Answers what ends it. */
export function onOutcome(listener: (outcome: Outcome) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Asks the API. Throws {@link ApiError}. */
export async function request<Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { query, body, signal }: { readonly query?: Query; readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  try {
    const answer = await ask<Answer>(method, withQuery(path, query), body, signal)
    tell({ ok: true })
    return answer
  } catch (error) {
    if (error instanceof ApiError) tell({ ok: false, error })
    throw error
  }
}

/** The address with its query. */
function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of [value].flat()) search.append(name, String(one))
  }
  return search.size === 0 ? path : `${path}?${search}`
}

async function ask<Answer>(method: string, url: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetch(url, {
    method,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new ApiError(0, { code: 'UNREACHABLE', message: String(cause) }, undefined)
  })
  if (response.ok) return response.status === 204 ? (undefined as Answer) : response.json()
  const problem: unknown = await response.json().catch(() => ({}))
  throw new ApiError(
    response.status,
    typeof problem === 'object' && problem !== null ? problem : {},
    response.headers.get('x-request-id') ?? undefined,
  )
}

function tell(outcome: Outcome): void {
  for (const listener of listeners) listener(outcome)
}
