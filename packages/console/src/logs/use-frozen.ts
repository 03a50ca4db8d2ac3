import { useEffect, useState } from 'react'
import { useConnection } from '../live/connection.ts'
import type { LogLine } from './line.ts'

/** Lines that stand still for whoever reads them, though more is heard meanwhile; the header's pause stops them too. */
export function useFrozen(lines: readonly LogLine[]) {
  const { paused } = useConnection()
  const [frozen, setFrozen] = useState<readonly LogLine[]>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the pause itself stops and goes on
  useEffect(() => setFrozen((old) => (paused ? (old ?? lines) : undefined)), [paused])
  return {
    source: frozen ?? lines,
    follows: frozen === undefined,
    /** How many came since. */
    fresh: frozen === undefined ? 0 : (lines.at(-1)?.seq ?? 0) - (frozen.at(-1)?.seq ?? 0),
    freeze: () => setFrozen(lines),
    /** By scrolling to the end, which a pause does not let go on. */
    thaw: () => !paused && setFrozen(undefined),
    follow: () => setFrozen(undefined),
  }
}
