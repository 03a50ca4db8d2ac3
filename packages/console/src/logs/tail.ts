import { useSyncExternalStore } from 'react'
import { listen } from '../live/link.ts'
import { createHeard } from './heard.ts'
import { LEVELS, type Level, type LogLine, readLine } from './line.ts'

// A thousand lines a second must not be a thousand pictures.
const SHOWN_EVERY_MS = 100

/** What has been heard of the log. */
export interface Tail {
  readonly lines: readonly LogLine[]
  readonly state: 'connecting' | 'connected' | 'lost'
  /** True once lines of several processes have been heard: each says then whose it is. */
  readonly several: boolean
}

let tail: Tail = { lines: [], state: 'connecting', several: false }
let seq = 0
let timer: ReturnType<typeof setTimeout> | undefined
const heardLines = createHeard()
const listeners = new Set<() => void>()

function set(change: Partial<Tail>): void {
  tail = { ...tail, ...change }
  for (const listener of listeners) listener()
}

interface Heard {
  /** Of the server, `host:pid`. */
  readonly process: string
  readonly lines: readonly unknown[]
  readonly dropped: number
  /** How many there have been of this level since that process began. */
  readonly total: number
}

/** Follows the log from a level on, out of sight too; what was heard stays. Answers what ends it. */
export function followLog(level: Level): () => void {
  const heard = new Map<string, number>()
  set({ state: 'connecting' })
  return listen(`logs:${level}`, {
    message(data) {
      const { process, lines, dropped, total } = data as Heard
      const expected = (heard.get(process) ?? total - lines.length - dropped) + lines.length + dropped
      heard.set(process, total)
      if (heard.size > 1 && !tail.several) set({ several: true })
      add(process, lines, dropped + Math.max(0, total - expected))
    },
    open: () => set({ state: 'connected' }),
    interrupted: () => set({ state: 'lost' }),
  })
}

function add(process: string, raw: readonly unknown[], missed: number): void {
  const gap = { level: 'warn', rank: LEVELS.indexOf('warn'), at: Date.now(), part: '', text: '', fields: {} } as const
  heardLines.add(raw.map((line) => readLine(line, ++seq, process)))
  if (missed > 0) heardLines.add([{ ...gap, process, seq: ++seq, gap: missed }])
  if (timer === undefined) timer = setTimeout(show, SHOWN_EVERY_MS)
}

function show(): void {
  timer = undefined
  set({ lines: heardLines.show() })
}

/** Forgets what was heard, the last moment too. */
export function emptyTail(): void {
  heardLines.empty()
  set({ lines: heardLines.show() })
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
