import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isWanted, type LogFields, type LogSearch } from '../client/log-search.ts'
import { type LogLevel, numberOf } from '../run-log/line.ts'
import { LOG_FILE } from './log-file.ts'
import { HEAD, placesAround, readWindow, WINDOW } from './log-window.ts'

/** Between two lines of the log: all processes of a data directory write one file a day, so a place in it is an order. */
export interface LogPlace {
  /** Of the file, `2026-11-21`, in UTC. */
  readonly day: string
  /** In bytes, where a line begins. */
  readonly offset: number
}

/** Which lines of the files are wanted, from where, and how many. */
export interface HistorySearch extends LogSearch {
  /** Of this level and graver. */
  readonly level?: LogLevel | undefined
  /** From this instant on, and before that one; milliseconds UTC. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** The newest lines first, or the oldest. */
  readonly order: 'newest' | 'oldest'
  /** Where the page before ended. */
  readonly place?: LogPlace | undefined
  readonly limit: number
}

/** Some lines, in the order asked for; perhaps none, though there are more. */
export interface HistoryPage {
  readonly lines: readonly LogFields[]
  /** Where it was read to; undefined where there is no file. */
  readonly place: LogPlace | undefined
  /** There is more to be read. */
  readonly more: boolean
  /** The day of the oldest file that is kept; undefined when there is none. */
  readonly since: string | undefined
}

// What a request reads at most: some 40,000 lines, a tenth of a second.
const MOST_BYTES = 8_388_608
// Processes write in turn, after they have looked at the clock.
const SLACK_MS = 1_000
const DAY_MS = 86_400_000

interface Pass extends HistorySearch {
  readonly lines: LogFields[]
  place: LogPlace | undefined
  bytes: number
  isOver: boolean
}

/** Reads a page of the log's files in `folder`. However large they are, it reads 8 MB at most, 256 kB at a time. */
export async function readLogHistory(folder: string, search: HistorySearch): Promise<HistoryPage> {
  const days = await daysIn(folder)
  const pass: Pass = { ...search, lines: [], place: search.place, bytes: MOST_BYTES, isOver: false }
  const isNewest = search.order === 'newest'
  const ahead = days.filter((day) => isAhead(day, search))
  const ordered = isNewest ? ahead.toReversed() : ahead
  let more = false
  for (const [index, day] of ordered.entries()) {
    const file = await open(join(folder, `regie-${day}.log`)).catch(() => undefined)
    // Removed meanwhile.
    if (file === undefined) continue
    await using _ = file
    const stopped = await (isNewest ? walkBack : walkOn)(file, day, pass)
    more = !pass.isOver && (stopped || (isFull(pass) && index < ordered.length - 1))
    if (more || pass.isOver) break
  }
  return { lines: pass.lines, place: pass.place, more, since: days[0] }
}

async function daysIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.flatMap((name) => LOG_FILE.exec(name)?.[1] ?? []).toSorted()
}

function isAhead(day: string, { from, to, place, order }: HistorySearch): boolean {
  if (place !== undefined && (order === 'newest' ? day > place.day : day < place.day)) return false
  const begin = Date.parse(day)
  return (to === undefined || begin < to + SLACK_MS) && (from === undefined || begin + DAY_MS > from - SLACK_MS)
}

function isFull({ lines, limit, bytes }: Pass): boolean {
  return lines.length >= limit || bytes <= 0
}

/** Towards the begin of a file; true when it stopped before. */
async function walkBack(file: FileHandle, day: string, pass: Pass): Promise<boolean> {
  const { size } = await file.stat()
  const { place, to } = pass
  let end = size
  if (place?.day === day) end = Math.min(place.offset, size)
  else if (to !== undefined) end = (await placesAround(file, size, to + SLACK_MS)).after
  while (end > 0 && !isFull(pass) && !pass.isOver) {
    const begin = Math.max(0, end - WINDOW)
    const { text, lines } = await readWindow(file, begin, end)
    pass.bytes -= end - begin
    // Without a break it is half a line, or a part of one that is too long.
    if (lines.length === 0) end = begin
    for (const line of lines.toReversed()) {
      if (isFull(pass) || pass.isOver) break
      take(pass, text(line))
      end = line.start
    }
  }
  pass.place = { day, offset: end }
  return end > 0
}

/** Towards the end of a file; true when it stopped before. */
async function walkOn(file: FileHandle, day: string, pass: Pass): Promise<boolean> {
  const { size } = await file.stat()
  const { place, from } = pass
  let start = 0
  if (place?.day === day) start = Math.min(place.offset, size)
  else if (from !== undefined) start = (await placesAround(file, size, from - SLACK_MS)).before
  let isHalf = false
  while (start < size && !isHalf && !isFull(pass) && !pass.isOver) {
    // With the break before: who begins amid a line passes the rest of it over.
    const begin = Math.max(0, start - 1)
    const end = Math.min(begin + WINDOW, size)
    const { text, lines } = await readWindow(file, begin, end)
    pass.bytes -= end - begin
    // The last one may be in the middle of being written.
    if (lines.length === 0 && end === size) isHalf = true
    else if (lines.length === 0) start = end
    for (const line of lines) {
      if (isFull(pass) || pass.isOver) break
      take(pass, text(line))
      start = line.end + 1
    }
  }
  pass.place = { day, offset: start }
  return start < size && !isHalf
}

/** Adds a line that is wanted. */
function take(pass: Pass, text: string): void {
  const [, level, at] = HEAD.exec(text) ?? []
  const { from, to, order, lines } = pass
  const time = at === undefined ? undefined : Number(at)
  if (time !== undefined) {
    pass.isOver =
      order === 'newest' ? from !== undefined && time < from - SLACK_MS : to !== undefined && time >= to + SLACK_MS
    if ((from !== undefined && time < from) || (to !== undefined && time >= to)) return
  }
  if (pass.level !== undefined && Number(level ?? 30) < numberOf(pass.level)) return
  const line = parsed(text)
  if (isWanted(line, pass)) lines.push(line)
}

/** A line that lost its form when a secret was taken out of it is shown as the text it is. */
function parsed(text: string): LogFields {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line === 'object' && line !== null) return { ...line }
  } catch {}
  return { msg: text }
}
