import {
  keepPreviousData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { type ApiError, clientWith, type Operation, pathOf } from './api.ts'
import { useIntervals, useLive } from './live/use-live.ts'

/** How an answer is kept up to date. */
export interface UseApiOptions<Answer = unknown> {
  /** Ask again when this topic moves, such as `runs`; it may depend on the last answer. Default: only when asked to. */
  readonly live?: string | ((answer: Answer | undefined) => string)
  /** Ask at all. Default true. */
  readonly enabled?: boolean
}

type PagesOptions = Pick<UseApiOptions, 'enabled'> & { readonly live?: string }

/** What a list answers: some of it, and the cursor of the rest. */
interface Part {
  readonly next?: string | null | undefined
}

/** The pages of a list so far. */
export type PagesQuery<Answer> = UseInfiniteQueryResult<{ readonly pages: readonly Answer[] }, ApiError>

// An operation that can do without its input may be asked without.
type Given<Input, Options> =
  Partial<Input> extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options]

/** The answer of an operation that only reads, kept up to date; the last one stays while the next is on its way. */
export function useApi<Input, Answer>(
  operation: Operation<Input, Answer>,
  ...[input, options]: Given<NoInfer<Input>, UseApiOptions<NoInfer<Answer>>>
) {
  const { live, enabled = true } = options ?? {}
  const asked = (input ?? {}) as Input
  const intervalOf = useIntervals()
  return useQuery<Answer, ApiError>({
    queryKey: ['api', pathOf(operation, asked), asked],
    queryFn: ({ signal }) => operation(clientWith({ signal }), asked),
    placeholderData: keepPreviousData,
    enabled,
    refetchInterval: ({ state: { data } }) => intervalOf(typeof live === 'function' ? live(data) : live),
  })
}

/** The pages of a list, each asked for with the `next` of the one before. */
export function useApiPages<Input extends { readonly cursor?: string | undefined }, Answer extends Part>(
  operation: Operation<Input, Answer>,
  ...[input, options]: Given<NoInfer<Omit<Input, 'cursor'>>, PagesOptions>
): PagesQuery<Answer> {
  const { live, enabled = true } = options ?? {}
  const asked = (input ?? {}) as Input
  const interval = useLive(live)
  return useInfiniteQuery<Answer, ApiError, { readonly pages: readonly Answer[] }, readonly unknown[], string>({
    queryKey: ['api', pathOf(operation, asked), asked, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      operation(clientWith({ signal }), { ...asked, cursor: pageParam === '' ? undefined : pageParam }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    enabled,
    // Someone who has scrolled far is reading: asking for every page again would move what they read.
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > 2 ? false : interval),
  })
}

/** A change through the API; whatever is shown of these paths is asked for again. */
export function useChange<Input = void, Answer = unknown>(
  change: (input: Input) => Promise<Answer>,
  changes: readonly string[] = ['/api/v1'],
) {
  const client = useQueryClient()
  return useMutation<Answer, ApiError, Input>({
    mutationFn: change,
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => changes.some((path) => String(queryKey[1] ?? '').startsWith(path)),
      }),
  })
}
