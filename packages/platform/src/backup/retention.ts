import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Clock, systemClock } from '@regie/engine'
import { type BackupEntry, listBackups } from './list.ts'
import { BACKUP_KINDS, type BackupKind } from './manifest.ts'
import { instantOf, PARTIAL } from './name.ts'

/** How many good backups of each kind are kept. A kind without a number is kept for ever. */
export type RetentionRules = Readonly<Partial<Record<BackupKind, number>>>

/** Seven days, five weeks, a year; what a person made by hand is his to remove. */
export const DEFAULT_RETENTION: RetentionRules = { daily: 7, weekly: 5, monthly: 12 }

const PARTIAL_MS = 86_400_000

/** What retention looks at. */
export type Retained = Pick<BackupEntry, 'id' | 'kind' | 'createdAt' | 'state'>

/**
 * The ids to remove: of each kind, everything older than the newest `rules[kind]` good ones (at least one). Damaged ones
 * take no place from good ones and go when they are older than all that is kept; while good ones are too few, nothing goes.
 *
 * @internal
 */
export function planRetention(backups: readonly Retained[], rules: RetentionRules): readonly string[] {
  return BACKUP_KINDS.flatMap((kind) => {
    const keep = rules[kind]
    if (keep === undefined) return []
    const newestFirst = backups
      .filter((backup) => backup.kind === kind)
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    const good = newestFirst.filter(({ state }) => state === 'good')
    const oldestKept = good[Math.max(1, Math.floor(keep)) - 1]
    if (oldestKept === undefined) return []
    return newestFirst.slice(newestFirst.indexOf(oldestKept) + 1).map(({ id }) => id)
  })
}

/** What retention removed. */
export interface AppliedRetention {
  /** Ids of backups. */
  readonly removed: readonly string[]
  /** Unfinished backups older than a day, by name. */
  readonly unfinished: readonly string[]
}

/** Removes the backups that {@link planRetention} names, and what killed backups left more than a day ago. */
export async function applyRetention(options: {
  readonly backupDir: string
  readonly rules?: RetentionRules
  readonly clock?: Clock
}): Promise<AppliedRetention> {
  const { rules = DEFAULT_RETENTION, clock = systemClock } = options
  const backupDir = resolve(options.backupDir)
  const removed = planRetention(await listBackups(backupDir), rules)
  // Renamed first: a backup that is half removed must not be taken for one.
  for (const id of removed) await removeBackup(join(backupDir, id))
  const unfinished = (
    await Promise.all(BACKUP_KINDS.map((kind) => oldPartials(join(backupDir, kind), clock.now())))
  ).flat()
  await Promise.all(unfinished.map((path) => rm(path, { recursive: true, force: true })))
  return { removed, unfinished: unfinished.map((path) => `${basename(dirname(path))}/${basename(path)}`) }
}

async function removeBackup(path: string): Promise<void> {
  await rename(path, `${path}${PARTIAL}`)
  await rm(`${path}${PARTIAL}`, { recursive: true, force: true })
}

async function oldPartials(shelf: string, now: number): Promise<readonly string[]> {
  const names = (await readdir(shelf).catch(() => [])).filter((name) => name.endsWith(PARTIAL))
  const ages = await Promise.all(
    names.map(async (name) => now - (instantOf(name) ?? (await modifiedAt(join(shelf, name))) ?? now)),
  )
  return names.filter((_, index) => (ages[index] ?? 0) > PARTIAL_MS).map((name) => join(shelf, name))
}

async function modifiedAt(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs
}
