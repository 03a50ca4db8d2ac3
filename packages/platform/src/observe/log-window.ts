import type { FileHandle } from 'node:fs/promises'

/** What is read at once, in bytes. A line that is longer is passed over: what is logged is cut long before. */
export const WINDOW = 262_144
/** How a line begins: its level, and its instant. */
export const HEAD = /^\{"level":(\d+),"time":(\d+)/

const BREAK = 10
// Fits in a few reads: nearer than this a search is not worth it.
const NEAR = 65_536

/** Where a line stands in its file: from `start` up to its break at `end`. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/** Reads a part of a file: the whole lines in it, and what each says. */
export async function readWindow(file: FileHandle, begin: number, end: number) {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(end - begin), 0, end - begin, begin)
  const read = buffer.subarray(0, bytesRead)
  const lines: Extent[] = []
  let start = begin === 0 ? 0 : afterBreak(read)
  for (;;) {
    const stop = read.indexOf(BREAK, start)
    if (stop < 0) break
    lines.push({ start: begin + start, end: begin + stop })
    start = stop + 1
  }
  return { lines, text: (line: Extent) => read.toString('utf8', line.start - begin, line.end - begin) }
}

/**
 * Where lines begin around an instant (milliseconds UTC): all that are `after` are not before it, those `before` are, and the two are
 * near each other. Lines that are a moment out of order may be on either side.
 */
export async function placesAround(file: FileHandle, size: number, instant: number) {
  let [before, after] = [0, size]
  while (after - before > NEAR) {
    const middle = Math.floor((before + after) / 2)
    const { lines, text } = await readWindow(file, middle, Math.min(middle + NEAR, after))
    const line = lines.find((each) => HEAD.test(text(each)))
    if (line === undefined) break
    const [, , at] = HEAD.exec(text(line)) ?? []
    if (Number(at) < instant) before = line.start
    else after = line.start
  }
  return { before, after }
}

function afterBreak(read: Buffer): number {
  const at = read.indexOf(BREAK)
  return at < 0 ? read.length : at + 1
}
