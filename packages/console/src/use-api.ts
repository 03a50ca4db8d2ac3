import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ApiError, type Query, request } from './api.ts'
import { useLive } from './live/use-live.ts'

/** How an answer is kept up to date. */
export interface UseApiOptions {
  /** Ask again when this topic moves, such as `runs`. Default: only when asked to. */
  readonly live?: string
  /** Ask at all. Default true. */
  readonly enabled?: boolean
}

/** The answer of a GET, kept up to date; the last one stays while the next is on its way. */
export function useApi<Answer>(path: string, query: Query = {}, { live, enabled = true }: UseApiOptions = {}) {
  const refetchInterval = useLive(live)
  return useQuery<Answer, ApiError>({
    queryKey: ['api', path, query],
    queryFn: ({ signal }) => request<Answer>('GET', path, { query, signal }),
    placeholderData: keepPreviousData,
    enabled,
    refetchInterval,
  })
}

/** The pages of a list, each asked for with the `next` of the one before. */
export function useApiPages<Answer extends { readonly next?: string }>(
  path: string,
  query: Query = {},
  { live, enabled = true }: UseApiOptions = {},
) {
  const interval = useLive(live)
  return useInfiniteQuery<Answer, ApiError, { readonly pages: readonly Answer[] }, readonly unknown[], string>({
    queryKey: ['api', path, query, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      request<Answer>('GET', path, { query: { ...query, cursor: pageParam === '' ? undefined : pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    enabled,
    // Someone who has scrolled far is reading: asking for every page again would move what they read.
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > 2 ? false : interval),
  })
}

/** A change through the API; whatever is shown of these paths is asked for again. */
export function useChange<Input, Answer = unknown>(
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
