import { useSyncExternalStore } from 'react'
import { type Level, type LogLine, readLine } from './line.ts'

const KEPT = 50_000
const AGAIN_MS = 3_000

/** What has been heard of the log. */
export interface Tail {
  readonly lines: readonly LogLine[]
  readonly state: 'connecting' | 'connected' | 'lost'
}

let tail: Tail = { lines: [], state: 'connecting' }
let seq = 0
const listeners = new Set<() => void>()

function set(change: Partial<Tail>): void {
  tail = { ...tail, ...change }
  for (const listener of listeners) listener()
}

function hear(content: string): void {
  const { lines, dropped } = JSON.parse(content) as { readonly lines: readonly unknown[]; readonly dropped: number }
  const fresh = lines.map((line) => {
    seq += 1
    return readLine(line, seq)
  })
  if (dropped > 0) {
    seq += 1
    fresh.push({ seq, level: 'warn', at: Date.now(), part: '', text: '', fields: {}, gap: dropped })
  }
  set({ lines: [...tail.lines, ...fresh].slice(-KEPT) })
}

/** Follows the log from a level on, out of sight too; what was heard stays. Answers what ends it. */
export function followLog(level: Level): () => void {
  let source: EventSource | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  const open = (): void => {
    source = new EventSource(`/api/v1/stream?topics=logs:${level}`)
    source.addEventListener('ready', () => set({ state: 'connected' }))
    source.addEventListener(`logs:${level}`, ({ data }: MessageEvent<string>) => hear(data))
    source.addEventListener('error', () => {
      set({ state: 'lost' })
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS)
    })
  }
  set({ state: 'connecting' })
  open()
  return () => {
    clearTimeout(again)
    source?.close()
  }
}

/** Forgets what was heard. */
export function emptyTail(): void {
  set({ lines: [] })
}

/** What has been heard until now. */
export function useTail(): Tail {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => tail,
  )
}
