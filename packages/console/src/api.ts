import { type ApiError, type CallOptions, type Client, createClient, isApiError } from '@regie/platform/client'

export { ApiError } from '@regie/platform/client'

/** An operation as `npm run openapi` writes it into `api.gen.ts`: the one place that knows addresses and types. */
export type Operation<Input, Answer> = (client: Client, input: Input, options?: CallOptions) => Promise<Answer>

/** How a request went, for whoever watches the connection and the session. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: ApiError }

/** Asks the person to show who they are; true once the server has taken the proof. */
export type Asker = () => Promise<boolean>

const TIMEOUT_MS = 20_000
const listeners = new Set<(outcome: Outcome) => void>()
let asker: Asker = async () => false
let asking: Promise<boolean> | undefined
// What it asks for to show it is no news for the log.
const server = createClient({ fetch: fetchInTime, headers: { 'x-regie-client': 'console' } })

/** The server this page came from, for the operations of `api.gen.ts`: `postRunRetry(api, { id })`. */
export const api: Client = clientWith({})

/** The same with options for every call; operations without input take them in its place, so they cannot go along there. */
export function clientWith(options: CallOptions): Client {
  return {
    async call<Answer>(...[address, input, given]: Parameters<Client['call']>) {
      const ask = () => server.call<Answer>(address, input, { ...options, ...given })
      try {
        const answer = await ask().catch(async (error) => {
          if (!isApiError(error) || error.code !== 'PROOF_STALE' || !(await showProof())) throw error
          return ask()
        })
        tell({ ok: true })
        return answer
      } catch (error) {
        if (isApiError(error)) tell({ ok: false, error })
        throw error
      }
    },
  }
}

/** Who asks the person when the server wants to know that it is still them; then what was refused is asked for again. */
export function setAsker(next: Asker): void {
  asker = next
}

/** Several that are refused at once wait for one answer. */
function showProof(): Promise<boolean> {
  asking ??= asker().finally(() => {
    asking = undefined
  })
  return asking
}

/** Where an operation asks, with parameters as `:name`: what cached answers are kept and forgotten by. */
export function pathOf<Input>(operation: Operation<Input, unknown>, input: Input): string {
  let found = ''
  void operation(
    {
      call({ path }) {
        found = path
        return new Promise(() => {})
      },
    },
    input,
  )
  return found
}

/** Is told of each request. Answers what ends it. */
export function onOutcome(listener: (outcome: Outcome) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A server that takes the request and never answers counts as one that is not there. */
function fetchInTime(...[url, request]: Parameters<typeof fetch>): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = request?.signal
  return fetch(url, { ...request, signal: signal == null ? timeout : eitherOf(signal, timeout) })
}

/** Ends with the first of the two: `AbortSignal.any`, which Safari 17.0 lacks. */
function eitherOf(one: AbortSignal, other: AbortSignal): AbortSignal {
  const either = new AbortController()
  for (const signal of [one, other]) {
    if (signal.aborted) either.abort(signal.reason)
    signal.addEventListener('abort', () => either.abort(signal.reason), { once: true, signal: either.signal })
  }
  return either.signal
}

function tell(outcome: Outcome): void {
  for (const listener of listeners) listener(outcome)
}
