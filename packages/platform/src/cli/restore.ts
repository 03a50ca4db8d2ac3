import { readManifest } from '../backup/manifest.ts'
import { type RestoredBackup, restoreBackup } from '../backup/restore.ts'
import { migrateSets } from '../backup/staging.ts'
import { verifyBackup } from '../backup/verify.ts'
import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'
import { platformMigrations } from '../migrations/index.ts'
import { backupFolder, findBackup } from './backup-find.ts'
import { command } from './command.ts'
import { operatorOf } from './operator.ts'
import { flag } from './option.ts'
import { progress } from './progress.ts'
import type { Session } from './session.ts'
import { facts } from './table.ts'
import { localTime, spell } from './time.ts'

/** `regie restore` */
export const restore = command({
  name: 'restore',
  summary: 'Put a backup in the place of the database and of the files of the apps',
  about:
    'The backup is verified first. Who was forgotten since stays forgotten: see erasures.jsonl beside the backups. What it replaces is kept aside. Every process that uses the database must be stopped. Without a terminal to ask at, --force is needed.',
  parameters: { backup: { about: 'latest, the id of a backup, or the path of its folder' } },
  options: { force: flag('Do not ask') },
  examples: ['restore latest', 'restore daily/2026-03-01T01-30-00Z-4f9a1c --force'],
  async run({ words, options, session }) {
    const config = await session.config()
    const folder = await findBackup(config, words.backup, session.world.folder)
    await refuseDamaged(folder, session)
    if (!options.force) await ask(session, folder, config)
    const restored = await restoreBackup({
      folder,
      target: config.database,
      dataDir: config.dataDir,
      backupDir: backupFolder(config),
      migrate: migrateSets([
        platformMigrations,
        ...session.product.apps.map(({ id, migrations }) => ({ owner: id, migrations })),
      ]),
      // Whoever came here knows that the database has rows, or said that it does not matter.
      force: true,
      clock: session.clock,
      onProgress: progress(session),
    })
    const wrongKeys = await enterRestore(session, restored)
    return {
      json: { ...restored, wrongKeys },
      text: (screen) =>
        `Restored ${restored.id} in ${spell(restored.durationMs)}.\n\n${facts(screen, [
          ['Moment', localTime(Date.parse(restored.createdAt))],
          ['Database', `${placeOf(config)}: ${restored.tables} tables, ${restored.rows} rows`],
          ['Files', String(restored.files)],
          ['Forgotten', forgottenText(restored.erased)],
          ['Not read', restored.unreadable.join('\n            ') || undefined],
          ['Kept aside', restored.keptAside.join('\n            ') || undefined],
          ['Not restored', restored.notRestored.join(', ') || undefined],
          ['Keys', wrongKeys.join('\n            ') || undefined],
        ])}\n→ ${session.program} doctor\n`,
    }
  },
})

/**
 * In the restored log, whose end is now another than the anchors say. Answers what is wrong with the keys of this machine: with others
 * than the backup was made with nothing is entered, for it would look forged.
 */
async function enterRestore(
  session: Session,
  { id, createdAt, keptAside }: RestoredBackup,
): Promise<readonly string[]> {
  const { audit, config, sharedKeys } = await session.open({ behind: true })
  const wrong = await sharedKeys.wrong()
  if (wrong.length > 0) return wrong
  await audit.rewind()
  await audit.record(undefined, {
    org: config.org.id,
    actor: operatorOf(session),
    action: 'restore',
    object: { type: 'backup', id },
    after: { createdAt, keptAside },
  })
  return []
}

async function refuseDamaged(folder: string, session: Session): Promise<void> {
  session.note(`Verifying ${folder}`)
  const problems = await verifyBackup({ folder, onProgress: progress(session) })
  if (problems.length === 0) return
  const what = problems.map(({ message }) => message).join('; ')
  throw new PlatformError('BACKUP_CORRUPT', `${folder} was not restored, it is damaged: ${what}`, {
    issues: problems.map(({ path, fault, message }) => ({ path, code: fault, message })),
  })
}

async function ask(session: Session, folder: string, config: Config): Promise<void> {
  const { manifest } = await readManifest(folder)
  const made = localTime(Date.parse(manifest.createdAt))
  const agreed = await session.confirm(
    `Put the backup of ${made} in the place of ${placeOf(config)}, which is kept aside?`,
  )
  if (agreed === true) return
  const why = agreed === undefined ? 'there is nobody to ask: add --force' : 'nobody agreed'
  throw new PlatformError('RESTORE_REFUSED', `${folder} was verified and not restored: ${why}`)
}

function placeOf({ database }: Config): string {
  return database.kind === 'sqlite'
    ? database.path
    : `the PostgreSQL database ${new URL(database.url).pathname.slice(1)}`
}

function forgottenText(erased: number): string | undefined {
  return erased === 0 ? undefined : `${erased} ${erased === 1 ? 'person' : 'persons'} the backup still knew`
}
