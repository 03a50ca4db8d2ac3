import { mkdir, open, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Erasure } from '@regie/engine'
import { z } from 'zod'
import { PlatformError } from '../errors.ts'
import { syncFolder } from './files.ts'

/** The file beside the backups that holds every erasure, one JSON object a line; lines are only ever added. */
export const ERASURES = 'erasures.jsonl'

const erasureSchema = z.object({ org: z.string().min(1), person: z.string().min(1), at: z.int() })
const NEWLINE = 10

/** What a list of erasures holds. */
export interface ErasureList {
  readonly erasures: readonly Erasure[]
  /** Places of lines that cannot be read, as `path:line`: a process died while it wrote, or somebody changed them. */
  readonly unreadable: readonly string[]
}

/** The list in a folder of backups; empty when there is none. */
export async function readErasures(backupDir: string): Promise<ErasureList> {
  const path = pathOf(backupDir)
  const erasures: Erasure[] = []
  const unreadable: string[] = []
  let line = 0
  for await (const text of linesOf(path)) {
    line++
    if (text.trim() === '') continue
    const read = parseLine(text)
    if (read === undefined) unreadable.push(`${path}:${line}`)
    else erasures.push(read)
  }
  return { erasures, unreadable }
}

/** A list of erasures to add to. */
export interface OpenErasureList {
  /**
   * Adds those erasures that the list does not have yet; they are on the disk when this resolves. Answers how many. Several
   * processes may add to one list: what two of them add twice does no harm. Throws `ERASURE_UNLISTED`.
   */
  add(erasures: Iterable<Erasure> | AsyncIterable<Erasure>): Promise<number>
}

/** Opens the list in a folder of backups. It is read when something is first added, and made with the first erasure. */
export function openErasureList(backupDir: string): OpenErasureList {
  const path = pathOf(backupDir)
  let known = new Set<string>()
  let seenBytes = 0
  const add = async (erasures: Iterable<Erasure> | AsyncIterable<Erasure>): Promise<number> => {
    const bytes = await sizeOf(path)
    // Somebody removed it, or put another one there. Or nobody has looked yet.
    if (bytes < seenBytes || known.size === 0) known = new Set((await readErasures(backupDir)).erasures.map(keyOf))
    const added = new Map<string, string>()
    for await (const { org, person, at } of erasures) {
      const key = keyOf({ org, person })
      if (!known.has(key)) added.set(key, `${JSON.stringify({ org, person, at })}\n`)
    }
    if (added.size > 0) await append(resolve(backupDir), [...added.values()].join(''))
    for (const key of added.keys()) known.add(key)
    seenBytes = await sizeOf(path)
    return added.size
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    add(erasures) {
      const done = last.then(() => add(erasures)).catch((cause: unknown) => Promise.reject(unlisted(path, cause)))
      last = done.catch(() => {})
      return done
    },
  }
}

function unlisted(path: string, cause: unknown): PlatformError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PlatformError(
    'ERASURE_UNLISTED',
    `who was forgotten cannot be put on ${path}, so that restoring a backup would undo it: ${reason}. Correct that, then forget the person again or restart: both do no harm`,
    { cause },
  )
}

async function append(folder: string, lines: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = pathOf(folder)
  const isNew = (await sizeOf(path)) === 0
  await using file = await open(path, 'a+', 0o600)
  // In one piece, and never behind half a line.
  await file.appendFile(`${(await endsWithin(file)) ? '\n' : ''}${lines}`)
  await file.sync()
  if (isNew) await syncFolder(folder)
}

async function endsWithin(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return false
  const last = Buffer.alloc(1)
  await file.read(last, 0, 1, size - 1)
  return last[0] !== NEWLINE
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (file === undefined) return
  await using _ = file
  yield* file.readLines({ autoClose: false })
}

function parseLine(text: string): Erasure | undefined {
  try {
    return erasureSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

function keyOf({ org, person }: Pick<Erasure, 'org' | 'person'>): string {
  return `${org}\u001f${person}`
}

function pathOf(backupDir: string): string {
  return join(resolve(backupDir), ERASURES)
}
