import { isWanted, type LogFields } from '@regie/platform/client'
import { useSyncExternalStore } from 'react'
import { type GetLogsInput, getLogs } from '../api.gen.ts'
import { type ApiError, clientWith } from '../api.ts'
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
  /** The newest lines that were there before. */
  readonly past: 'reading' | 'read' | ApiError
  /** Where older ones are; absent when there are none. */
  readonly older?: string | undefined
  /** The day of the oldest file. */
  readonly since?: string | undefined
}

const NOTHING: Tail = { lines: [], state: 'connecting', several: false, past: 'reading' }
const PAGE = 200

let tail = NOTHING
let seq = 0
let older = 0
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

/**
 * Reads what was written last and follows the log from a level on, out of sight too; `looks`: with what consoles ask for to show it.
 * Answers what ends it.
 */
export function followLog(level: Level, looks: boolean): () => void {
  const heard = new Map<string, number>()
  const reading = new AbortController()
  heardLines.empty()
  tail = NOTHING
  set({ lines: [] })
  // What is written while it is read is heard meanwhile.
  void readPast({ level, console: looks }, reading.signal)
  const stop = listen(`logs:${level}`, {
    message(data) {
      const { process, lines, dropped, total } = data as Heard
      const expected = (heard.get(process) ?? total - lines.length - dropped) + lines.length + dropped
      heard.set(process, total)
      if (heard.size > 1 && !tail.several) set({ several: true })
      const wanted = looks ? lines : lines.filter((line) => isWanted(line as LogFields, {}))
      add(process, wanted, dropped + Math.max(0, total - expected))
    },
    open: () => set({ state: 'connected' }),
    interrupted: () => set({ state: 'lost' }),
  })
  return () => {
    reading.abort()
    stop()
  }
}

async function readPast(asked: GetLogsInput, signal: AbortSignal): Promise<void> {
  try {
    const { items, next, since } = await getLogs(clientWith({ signal }), { ...asked, limit: PAGE })
    if (signal.aborted) return
    heardLines.begin(items.toReversed().map((line) => readLine(line, ++seq, '')))
    set({ lines: heardLines.show(), past: 'read', older: next, since })
  } catch (error) {
    if (!signal.aborted) set({ past: error as ApiError })
  }
}

/** A place for a line that was read, not heard: before all that was. */
export function seqOfOlder(): number {
  older -= 1
  return older
}

function add(process: string, raw: readonly unknown[], missed: number): void {
  const gap = {
    level: 'warn',
    rank: LEVELS.indexOf('warn'),
    at: Date.now(),
    part: '',
    text: '',
    fields: {},
  } as const
  heardLines.add(raw.map((line) => readLine(line, ++seq, process)))
  if (missed > 0) heardLines.add([{ ...gap, process, seq: ++seq, gap: missed }])
  if (timer === undefined) timer = setTimeout(show, SHOWN_EVERY_MS)
}

function show(): void {
  timer = undefined
  set({ lines: heardLines.show() })
}

/** Forgets what was heard and read, the last moment too. */
export function emptyTail(): void {
  heardLines.empty()
  set({ lines: heardLines.show(), older: undefined })
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
