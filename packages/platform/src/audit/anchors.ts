import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditKey } from './keys.ts'

/** A signed statement, outside the database, of how far the chain had come. */
export interface Anchor {
  /** `rewind`: a restore put the database back to here; what earlier anchors say of later places is void. */
  readonly kind: 'anchor' | 'rewind'
  readonly seq: number
  readonly seal: string
  /** Milliseconds UTC. */
  readonly at: number
  readonly key: string
  /** Ed25519, base64. */
  readonly signature: string
}

/** The files of one data directory: `anchors.jsonl`, which only grows, and `head.json`, the last seal this process made, and `verified.json`, how far the log was verified. */
export interface AnchorBook {
  /** Appends an anchor; it is on the disk when this resolves. */
  append(anchor: Anchor): Promise<void>
  /** The last line that was appended. */
  last(): Promise<Anchor | undefined>
  /** Replaces the head. */
  writeHead(anchor: Anchor): Promise<void>
  /** What `verified.json` holds, as {@link AnchorBook.writeVerified} was given it; undefined when there is none that can be read. */
  verified(): Promise<unknown>
  /** Replaces what is kept of the last verification; undefined removes it. */
  writeVerified(verified: object | undefined): Promise<void>
  /** All anchors in their order, the head last, and how many lines are none. */
  read(): Promise<AnchorLines>
}

/** What anchors say, and how many lines are none. */
export interface AnchorLines {
  readonly anchors: readonly Anchor[]
  readonly unreadable: number
}

/** Opens the files of a folder; they are made when first written. */
export function openAnchors(folder: string): AnchorBook {
  const log = join(folder, 'anchors.jsonl')
  const head = join(folder, 'head.json')
  const verified = join(folder, 'verified.json')
  const makeFolder = () => mkdir(folder, { recursive: true, mode: 0o700 })
  const replace = async (path: string, value: object) => {
    await makeFolder()
    const draft = `${path}.${randomUUID()}`
    await writeFile(draft, JSON.stringify(value), { mode: 0o600 })
    await rename(draft, path)
  }
  return {
    async append(anchor) {
      await makeFolder()
      await using file = await open(log, 'a', 0o600)
      await file.appendFile(`${JSON.stringify(anchor)}\n`)
      await file.sync()
    },
    last: async () =>
      linesOf(await textOf(log))
        .map(parse)
        .findLast((anchor) => anchor !== undefined),
    writeHead: (anchor) => replace(head, anchor),
    async verified() {
      try {
        return JSON.parse(await textOf(verified)) as unknown
      } catch (error) {
        if (error instanceof SyntaxError) return undefined
        throw error
      }
    },
    writeVerified: (value) => (value === undefined ? rm(verified, { force: true }) : replace(verified, value)),
    read: async () => readLines([await textOf(log), await textOf(head)]),
  }
}

/** The anchors of a copy that is kept elsewhere: the file itself, or the folder it is in. Rejects when it cannot be read. */
export async function readAnchorCopy(path: string): Promise<AnchorLines> {
  const isFolder = (await stat(path)).isDirectory()
  return readLines([await readFile(isFolder ? join(path, 'anchors.jsonl') : path, 'utf8')])
}

/** Both together, in the order they were signed in. */
export function joinAnchors(book: AnchorLines, copy: AnchorLines): AnchorLines {
  const all = new Map([...book.anchors, ...copy.anchors].map((anchor) => [anchor.signature, anchor]))
  const anchors = [...all.values()].toSorted((a, b) => a.at - b.at)
  return { anchors, unreadable: book.unreadable + copy.unreadable }
}

function readLines(texts: readonly string[]): AnchorLines {
  const parsed = texts.flatMap(linesOf).map(parse)
  const anchors = parsed.filter((anchor) => anchor !== undefined)
  return { anchors, unreadable: parsed.length - anchors.length }
}

/** Signs how far the chain has come. */
export function signAnchor(anchor: Omit<Anchor, 'key' | 'signature'>, key: AuditKey): Anchor {
  const { kind, seq, seal, at } = anchor
  const whole = { kind, seq, seal, at, key: key.id }
  return { ...whole, signature: key.sign(signedText(whole)) }
}

/** True when the key has signed it. */
export function isSigned(anchor: Anchor, key: AuditKey): boolean {
  return key.verify(signedText(anchor), anchor.signature)
}

function signedText({ kind, seq, seal, at, key }: Omit<Anchor, 'signature'>): string {
  return `regie audit ${kind}\n${seq}\n${seal}\n${at}\n${key}`
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function parse(line: string): Anchor | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isAnchor(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isAnchor(value: unknown): value is Anchor {
  if (typeof value !== 'object' || value === null) return false
  const { kind, seq, seal, at, key, signature } = value as Partial<Record<keyof Anchor, unknown>>
  const texts = [seal, key, signature].every((text) => typeof text === 'string')
  return (kind === 'anchor' || kind === 'rewind') && Number.isSafeInteger(seq) && Number.isSafeInteger(at) && texts
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
