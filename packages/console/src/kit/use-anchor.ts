import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Keeps what is read where it is while rows come and go above it; at the very top new rows are let in. Answers what to
 * call when the place is scrolled.
 */
export function useAnchor<Row>(
  place: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  rowPx: number,
): () => void {
  const anchor = useRef<{ readonly key: string; readonly index: number }>(undefined)
  const mark = (): void => {
    const index = Math.floor((place.current?.scrollTop ?? 0) / rowPx)
    const row = rows[index]
    anchor.current = row === undefined || place.current?.scrollTop === 0 ? undefined : { key: rowKey(row), index }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only other rows move what is read
  useLayoutEffect(() => {
    const { current: kept } = anchor
    if (kept !== undefined && place.current !== null) {
      const index = rows.findIndex((row) => rowKey(row) === kept.key)
      if (index >= 0 && index !== kept.index) place.current.scrollTop += (index - kept.index) * rowPx
    }
    mark()
  }, [rows])
  return mark
}
