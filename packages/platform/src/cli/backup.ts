import { createBackup } from '../backup/create.ts'
import { openErasureList } from '../backup/erasures.ts'
import { type BackupEntry, listBackups } from '../backup/list.ts'
import { BACKUP_KINDS } from '../backup/manifest.ts'
import { rebuildIndex } from '../backup/rebuild-index.ts'
import { verifyBackup } from '../backup/verify.ts'
import { backupFolder, findBackup } from './backup-find.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { choice } from './option.ts'
import { progress } from './progress.ts'
import { paint, type Screen } from './style.ts'
import { table } from './table.ts'
import { localTime, spell, spellBytes } from './time.ts'

const backup = { about: 'latest, the id of a backup, or the path of its folder' }

/** `regie backup run` */
export const backupRun = command({
  name: 'backup run',
  summary: 'Make a backup now, while everything runs',
  changes: 'backup',
  about: 'By hand it is of the kind manual, which no retention removes.',
  options: { kind: choice(BACKUP_KINDS, 'Kept as one of this kind (default manual)') },
  async run({ options, session }) {
    const { config, database, engine } = await session.open()
    const made = await createBackup({
      source: database.source,
      backupDir: backupFolder(config),
      kind: options.kind ?? 'manual',
      dataDir: config.dataDir,
      include: ['apps'],
      versions: { regie: session.product.version },
      clock: engine.clock,
      onProgress: progress(session),
    })
    await openErasureList(backupFolder(config)).add(engine.events.erasures())
    await rebuildIndex({ database, backupDir: backupFolder(config) })
    const { id, path, bytes, durationMs } = made
    return {
      json: { id, path, bytes, durationMs },
      text: () =>
        `Backup ${id}, ${spellBytes(bytes)} in ${spell(durationMs)}:\n  ${path}\n→ ${session.program} backup verify ${id}\n`,
    }
  },
})

/** `regie backup list` */
export const backupList = command({
  name: 'backup list',
  summary: 'List the backups there are, newest first',
  about: 'It reads their folders, so it works without the database.',
  async run({ session }) {
    const folder = backupFolder(await session.config())
    const entries = await listBackups(folder)
    return {
      json: { items: entries.map(describe) },
      text: (screen) =>
        entries.length === 0
          ? `There is no backup in ${folder}.\n→ ${session.program} backup run\n`
          : listText(screen, entries),
    }
  },
})

/** `regie backup verify` */
export const backupVerify = command({
  name: 'backup verify',
  summary: 'Read a backup to its last byte and open its database',
  parameters: { backup },
  examples: ['backup verify latest'],
  async run({ words, session }) {
    const path = await findBackup(await session.config(), words.backup, session.world.folder)
    const problems = await verifyBackup({ folder: path, onProgress: progress(session) })
    const good = problems.length === 0
    const bad = (screen: Screen) => problems.map(({ message }) => `${paint(screen, 'bad', '✗')} ${message}\n`).join('')
    return {
      json: { path, good, problems },
      text: (screen) =>
        good ? `${paint(screen, 'good', '✓')} ${path} is good.\n` : `${bad(screen)}→ ${session.program} backup run\n`,
      exit: good ? EXIT.ok : EXIT.failed,
    }
  },
})

/** `regie backup rebuild-index` */
export const backupRebuildIndex = command({
  name: 'backup rebuild-index',
  summary: 'Make the list of backups in the database equal to their folders',
  changes: 'backup',
  async run({ session }) {
    const { config, database } = await session.open()
    const index = await rebuildIndex({ database, backupDir: backupFolder(config) })
    const { added, changed, removed, unchanged } = index
    const said = `${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged.\n`
    return { json: index, text: () => said }
  },
})

function describe(entry: BackupEntry) {
  const { id, kind, path, createdAt, bytes, state } = entry
  const place = { id, kind, path, createdAt, bytes, state }
  if (entry.state === 'damaged') return { ...place, problem: entry.problem }
  const { database, files } = entry.manifest
  const rows = database.tables.reduce((sum, table) => sum + table.rows, 0)
  return {
    ...place,
    dialect: database.dialect,
    tables: database.tables.length,
    rows,
    files: files.length - 1,
    sha256: entry.sha256,
  }
}

function listText(screen: Screen, entries: readonly BackupEntry[]): string {
  return table<BackupEntry>(
    screen,
    [
      { title: 'BACKUP', value: ({ id }) => id },
      { title: 'MADE', value: ({ createdAt }) => localTime(createdAt) },
      { title: 'SIZE', value: ({ bytes }) => spellBytes(bytes), align: 'right' },
      { title: 'STATE', value: ({ state }) => state, tone: ({ state }) => (state === 'good' ? 'good' : 'bad') },
      { title: 'WHAT', value: contentOf },
    ],
    entries,
  )
}

function contentOf(entry: BackupEntry): string {
  if (entry.state === 'damaged') return entry.problem
  const { database, files } = entry.manifest
  const rows = database.tables.reduce((sum, { rows: count }) => sum + count, 0)
  return `${database.dialect}, ${database.tables.length} tables, ${rows} rows, ${files.length - 1} files`
}
