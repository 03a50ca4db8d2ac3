import { copyFile, link, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { replaceFile, syncFolder } from './files.ts'
import { refused } from './refusals.ts'
import { holdSqlite } from './store/sqlite-hold.ts'

const moveSchema = z.object({ staged: z.string(), target: z.string(), aside: z.string() })
const planSchema = z.object({
  database: moveSchema.extend({ stale: z.array(z.string()) }).optional(),
  folders: z.array(moveSchema),
})

/**
 * The last part of a restore, decided and everything prepared: each `staged` takes the place of its `target`, which is
 * kept as `aside`. `stale` are suffixes of files beside a damaged database that would be applied to the new one.
 */
export type RestorePlan = Readonly<z.output<typeof planSchema>>

/** One thing that takes another's place. */
export type Move = Readonly<z.output<typeof moveSchema>>

const PLAN = 'restore-plan.json'

/**
 * Writes the plan down, carries it out, and forgets it. From the moment it is written the restore will be finished,
 * by {@link finishRestore} if this process dies; until then nothing has changed. Answers the paths of what was kept.
 */
export async function carryOut(
  dataDir: string,
  plan: RestorePlan,
  onStep: (step: string) => void,
): Promise<readonly string[]> {
  await replaceFile(join(dataDir, PLAN), JSON.stringify(plan), dataDir)
  onStep('wrote the plan')
  const aside = await execute(plan, onStep)
  await rm(join(dataDir, PLAN))
  await syncFolder(dataDir)
  return aside
}

/** True while a restore is decided and not finished. */
export async function hasPlan(dataDir: string): Promise<boolean> {
  return exists(join(dataDir, PLAN))
}

/**
 * Finishes a restore that was cut off after its decision; to be called before the database is opened. Answers whether
 * there was one. Throws `RESTORE_REFUSED` while a process uses the database.
 */
export async function finishRestore(dataDir: string): Promise<boolean> {
  const text = await readFile(join(dataDir, PLAN), 'utf8').catch(() => undefined)
  if (text === undefined) return false
  const plan = parsePlan(dataDir, text)
  using _hold = plan.database === undefined ? undefined : holdSqlite(plan.database.target)
  await execute(plan, () => {})
  await rm(join(dataDir, PLAN))
  await syncFolder(dataDir)
  return true
}

/** Every step may have been done already, by a process that died right after it. */
async function execute({ database, folders }: RestorePlan, onStep: (step: string) => void): Promise<readonly string[]> {
  const kept: string[] = []
  for (const move of folders) {
    if (await exists(move.staged)) kept.push(...(await switchFolder(move, onStep)))
  }
  if (database === undefined || !(await exists(database.staged))) return kept
  return [...(await switchDatabase(database, onStep)), ...kept]
}

async function switchFolder(
  { staged, target, aside }: Move,
  onStep: (step: string) => void,
): Promise<readonly string[]> {
  const kept = (await exists(target)) ? [await freeName(aside)] : []
  for (const name of kept) await rename(target, name)
  onStep(`set ${basename(target)} aside`)
  await rename(staged, target)
  await syncFolder(dirname(target))
  onStep(`placed ${basename(target)}`)
  return kept
}

async function switchDatabase(
  database: NonNullable<RestorePlan['database']>,
  onStep: (step: string) => void,
): Promise<readonly string[]> {
  const { staged, target, aside, stale } = database
  const kept = (await keepAside(target, aside)) ? [aside] : []
  onStep('kept the old database')
  for (const suffix of stale) {
    await keepAside(`${target}${suffix}`, `${aside}${suffix}`)
    await rm(`${target}${suffix}`, { force: true })
  }
  onStep('removed what was left beside it')
  await rename(staged, target)
  await syncFolder(dirname(target))
  onStep('placed the database')
  return kept
}

/** A second name instead of a move: there is no instant without a database. False when there is nothing to keep. */
async function keepAside(path: string, aside: string): Promise<boolean> {
  if (!(await exists(path))) return false
  if (await exists(aside)) return true
  try {
    await link(path, aside)
  } catch {
    // File systems without hard links.
    await copyFile(path, `${aside}.new`)
    await rename(`${aside}.new`, aside)
  }
  return true
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`
    if (!(await exists(name))) return name
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

function parsePlan(dataDir: string, text: string): RestorePlan {
  try {
    return planSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw refused(`${join(dataDir, PLAN)} is not readable: remove it and restore again`, cause)
  }
}
