import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { PlatformError } from '../errors.ts'
import { storeBytes } from './files.ts'
import { corrupt, unknown } from './refusals.ts'

/** Why a backup was made, which is also how long it is kept. */
export const BACKUP_KINDS = ['daily', 'weekly', 'monthly', 'manual'] as const

/** One of {@link BACKUP_KINDS}. */
export type BackupKind = (typeof BACKUP_KINDS)[number]

const FORMAT = 1
const MANIFEST = 'manifest.json'
const CHECKSUM = 'manifest.json.sha256'

/** The files of a backup that the manifest does not list, because they describe the list. */
export const MANIFEST_FILES: readonly string[] = [MANIFEST, CHECKSUM]

const count = z.int().nonnegative()
const relativePath = z.string().refine(isRelativePath, 'a path that stays inside the backup')

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  id: z.string().min(1),
  kind: z.enum(BACKUP_KINDS),
  createdAt: z.iso.datetime(),
  madeBy: z.object({ run: count, enqueuedAt: count }).optional(),
  versions: z.record(z.string(), z.string()),
  database: z.object({
    dialect: z.enum(['sqlite', 'postgres']),
    file: relativePath,
    rawBytes: count,
    tables: z.array(z.object({ name: z.string(), rows: count })),
    migrations: z.array(z.object({ owner: z.string(), name: z.string(), checksum: z.string(), appliedAt: count })),
  }),
  folders: z.array(relativePath),
  files: z.array(z.object({ path: relativePath, bytes: count, sha256: z.string().length(64), modifiedAt: count })),
  skipped: z.array(z.string()),
  durationsMs: z.object({ database: count, files: count, total: count }),
})

/**
 * What a backup consists of. `files` are all its files, the database's included, with their size and SHA-256; `folders`
 * were copied from the data directory to `files/`; `skipped` vanished while they were copied or are no plain files;
 * `madeBy` is the run of a job that made it (milliseconds UTC).
 */
export type Manifest = Readonly<z.output<typeof manifestSchema>>

/** A manifest and the hash of its text, which names this very backup. */
export interface ReadManifest {
  readonly manifest: Manifest
  readonly sha256: string
}

/** Writes the manifest and, beside it, its checksum in the form `sha256sum -c` reads. Answers their size in bytes. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<number> {
  const text = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)
  const checksum = Buffer.from(`${sha256(text)}  ${MANIFEST}\n`)
  await storeBytes(join(folder, MANIFEST), text)
  await storeBytes(join(folder, CHECKSUM), checksum)
  return text.length + checksum.length
}

/** Reads a manifest. Throws `BACKUP_UNKNOWN` when there is none, `BACKUP_CORRUPT` when it is not what was written. */
export async function readManifest(folder: string): Promise<ReadManifest> {
  const text = await readPart(folder, MANIFEST)
  const checksum = (await readPart(folder, CHECKSUM)).toString('utf8').split(' ')[0] ?? ''
  const found = sha256(text)
  if (found !== checksum.trim()) throw unusable(folder, `${MANIFEST} does not match its checksum`)
  return { manifest: parseManifest(folder, text.toString('utf8')), sha256: found }
}

/** Where the rows counted differ from what the manifest says. */
export function compareRows({ database }: Manifest, tables: Manifest['database']['tables']): readonly string[] {
  const found = new Map(tables.map(({ name, rows }) => [name, rows]))
  return database.tables
    .filter(({ name, rows }) => found.get(name) !== rows)
    .map(({ name, rows }) => `the table ${name} has ${found.get(name) ?? 'no'} rows instead of ${rows}`)
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name))
  } catch (cause) {
    throw unknown(`${folder} is no backup: it has no ${name}`, cause)
  }
}

function parseManifest(folder: string, text: string): Manifest {
  const json = parseJson(folder, text)
  if (formatOf(json) > FORMAT) {
    throw unusable(folder, 'it was made by a newer version of Regie: restore it with that version')
  }
  const parsed = manifestSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw unusable(folder, `${MANIFEST} is not complete: ${issue?.path.join('.')}: ${issue?.message}`)
}

function parseJson(folder: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable(folder, `${MANIFEST} is not JSON`)
  }
}

function formatOf(json: unknown): number {
  return typeof json === 'object' && json !== null && 'format' in json ? Number(json.format) : 0
}

function unusable(folder: string, reason: string): PlatformError {
  return corrupt(`the backup ${folder} cannot be used: ${reason}`)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** True for `a/b`, false for what is absolute, empty or climbs out: a manifest may come from anywhere. */
export function isRelativePath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}
