import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type GetLogsInput, type GetLogsOutput, getLogs } from '../api.gen.ts'
import { type ApiError, clientWith } from '../api.ts'
import { type LogLine, readLine } from './line.ts'
import { seqOfOlder } from './tail.ts'

const PAGE = 200

interface Part extends GetLogsOutput {
  readonly lines: readonly LogLine[]
}

/**
 * Pages of the log's files in one direction, read when they are asked for; undefined: there is nothing to begin from. They are kept for
 * as long as the search stays the same.
 */
export function useHistory(key: QueryKey, begin: GetLogsInput | undefined) {
  const { data, error, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery<
    Part,
    ApiError,
    { readonly pages: readonly Part[] },
    QueryKey,
    string
  >({
    queryKey: ['log', ...key],
    async queryFn({ signal, pageParam }) {
      const more = pageParam === '' ? {} : { cursor: pageParam }
      const page = await getLogs(clientWith({ signal }), { ...begin, limit: PAGE, ...more })
      return { ...page, lines: page.items.map((line) => readLine(line, seqOfOlder(), '')) }
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    // What was read stays as it is, and is asked for by scrolling.
    enabled: false,
    structuralSharing: false,
    gcTime: 0,
  })
  const pages = data?.pages
  const isNewestFirst = begin?.order !== 'oldest'
  const lines = useMemo(() => {
    const all = pages?.flatMap((page) => page.lines) ?? []
    return isNewestFirst ? all.toReversed() : all
  }, [pages, isNewestFirst])
  return {
    lines,
    error,
    isReading: isFetching,
    /** How many pages were read. */
    pages: pages?.length ?? 0,
    hasMore: begin !== undefined && (pages === undefined || hasNextPage),
    since: pages?.[0]?.since,
    read: () => void (isFetching || fetchNextPage()),
  }
}
