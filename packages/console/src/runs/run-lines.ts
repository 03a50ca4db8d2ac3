import { useEffect, useState } from 'react'
import { getRunLogs, type RunLog } from '../api.gen.ts'
import { type ApiError, clientWith } from '../api.ts'
import { connection } from '../live/connection.ts'
import { listen } from '../live/link.ts'
import { type LogLine, readRunLine } from '../logs/line.ts'

/** What a run has logged, as far as it is known here. */
export interface RunLines {
  readonly lines: readonly LogLine[]
  readonly state: 'loading' | 'ready' | 'failed'
  readonly error?: ApiError
  /** Older lines that are not kept. */
  readonly cut: number
  /** Lines that were never written down. */
  readonly dropped: number
}

interface Heard {
  readonly lines: readonly RunLog[]
  /** Whoever has not heard all up to here has missed something. */
  readonly after: number
  readonly dropped: number
}

const PAGE = 200
// A run that logs for days while it is looked at.
const MOST = 10_000
const ASK_MS = 1_000
const NOTHING: RunLines = { lines: [], state: 'loading', cut: 0, dropped: 0 }

/** Reads what a run has logged and hears what it logs; `asks`: nobody tells of it, it is asked for. Answers what ends it. */
function followRun(id: number, asks: boolean, tell: (known: RunLines) => void): () => void {
  const controller = new AbortController()
  const client = clientWith({ signal: controller.signal })
  let known = NOTHING
  let last = 0
  let isReading = false
  let isBehind = false
  const set = (change: Partial<RunLines>): void => {
    known = { ...known, ...change }
    if (!controller.signal.aborted) tell(known)
  }
  const add = (lines: readonly RunLog[]): readonly LogLine[] => {
    const fresh = lines.filter(({ seq }) => seq > last).map(readRunLine)
    last = fresh.at(-1)?.seq ?? last
    return fresh.length === 0 ? known.lines : [...known.lines, ...fresh].slice(-MOST)
  }
  const readAll = async (): Promise<void> => {
    for (let isMore = true; isMore; ) {
      const page = await getRunLogs(client, { id, after: last, limit: PAGE })
      isMore = page.next !== undefined
      set({ lines: add(page.items), cut: page.cut, dropped: page.dropped })
    }
  }
  const read = async (): Promise<void> => {
    isBehind = true
    if (isReading) return
    isReading = true
    try {
      while (isBehind) {
        isBehind = false
        await readAll()
      }
      set({ state: 'ready' })
    } catch (error) {
      set({ state: 'failed', error: error as ApiError })
    } finally {
      isReading = false
    }
  }
  const stop = listen(`run-log:${id}`, {
    message(data) {
      const { lines, after, dropped } = data as Heard
      if (after > last) void read()
      else if (lines.length > 0) set({ lines: add(lines), dropped })
    },
    open: (isLost) => void (isLost && read()),
  })
  void read()
  const timer = asks ? setInterval(() => isQuiet() || void read(), ASK_MS) : undefined
  return () => {
    clearInterval(timer)
    stop()
    controller.abort()
  }
}

function isQuiet(): boolean {
  const { paused, hidden } = connection()
  return paused || hidden
}

/** The lines of a run, those that are kept first and then each that it logs. */
export function useRunLines(id: number, asks: boolean): RunLines & { readonly onRetry: () => void } {
  const [known, setKnown] = useState<RunLines>(NOTHING)
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try begins anew
  useEffect(() => {
    setKnown(NOTHING)
    return followRun(id, asks, setKnown)
  }, [id, asks, tries])
  return { ...known, onRetry: () => setTries(tries + 1) }
}
