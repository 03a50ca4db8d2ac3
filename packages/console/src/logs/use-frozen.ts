import { useEffect, useMemo, useState } from 'react'
import { useConnection } from '../live/connection.ts'
import type { LogLine } from './line.ts'

/** Lines that stand still for whoever reads them, though more is heard meanwhile; the header's pause stops them too. */
export function useFrozen(lines: readonly LogLine[]) {
  const { paused } = useConnection()
  const [frozen, setFrozen] = useState<readonly LogLine[]>()
  const isEmpty = lines.length === 0
  // Paused before there was anything to read, it stands still with the first that there is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the pause itself stops and goes on
  useEffect(
    () => setFrozen((old) => (paused ? (old === undefined || old.length === 0 ? lines : old) : undefined)),
    [paused, isEmpty],
  )
  const news = useMemo(() => (frozen === undefined ? [] : after(lines, frozen.at(-1))), [frozen, lines])
  return {
    source: frozen ?? lines,
    follows: frozen === undefined,
    /** Those that came since. */
    news,
    freeze: () => setFrozen(lines),
    /** By scrolling to the end, which a pause does not let go on. */
    thaw: () => !paused && setFrozen(undefined),
    follow: () => setFrozen(undefined),
  }
}

function after(lines: readonly LogLine[], last: LogLine | undefined): readonly LogLine[] {
  return lines.slice(lines.findLastIndex(({ seq }) => seq === last?.seq) + 1)
}
