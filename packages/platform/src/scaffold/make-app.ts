import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tablePrefix } from '../app/tables.ts'
import { wrongId } from '../validate/names.ts'
import { appFiles } from './app-files.ts'
import { featureFiles } from './feature-files.ts'
import { nameless, refusal } from './refusal.ts'
import { registerDependency, registerInLock, registerInProduct } from './register.ts'
import { testFiles } from './test-files.ts'
import { wordsOf } from './words.ts'

// The app is a constant of its name.
const KEYWORDS =
  /^(await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|console|test|defineApp|migrations|tidy|config|errors)$/
const PRODUCT = 'regie/src/apps.ts'
const INSTALLED = 'node_modules/.package-lock.json'

/** What was made. */
export interface MadeApp {
  readonly id: string
  /** Below the repository. */
  readonly folder: string
  /** Files of the repository that were changed. */
  readonly changed: readonly string[]
  /** Files of the app, below its folder. */
  readonly files: readonly string[]
}

/**
 * Makes `apps/<id>` in a repository, registers it in the product and links it, all or nothing. `known` are the ids there are.
 * Throws `INPUT_INVALID` for an id that none can have, and `SCAFFOLD_REFUSED`, both with the way out.
 */
export async function makeApp(repository: string, id: string, known: readonly string[]): Promise<MadeApp> {
  const folder = join('apps', id)
  check(repository, id, known)
  const words = wordsOf(id)
  const files = { ...appFiles(words), ...featureFiles(words), ...testFiles(words) }
  const manifest = files['package.json'] ?? ''
  const changes = await changesOf(repository, {
    [PRODUCT]: (text) => registerInProduct(text, words),
    'regie/package.json': (text) => registerDependency(text, words),
    'package-lock.json': (text) => registerInLock(text, words, manifest),
    // npm's own account of what is installed: without the app in it the next command would install everything again.
    ...(existsSync(join(repository, INSTALLED)) && {
      [INSTALLED]: (text: string) => registerInLock(text, words, manifest),
    }),
  })
  const link = join(repository, 'node_modules', '@regie', id)
  const partial = join(repository, 'apps', `.${id}.partial`)
  try {
    for (const [name, text] of Object.entries(files)) await write(join(partial, name), text)
    await rename(partial, join(repository, folder))
    for (const { path, after } of changes) await write(path, after)
    if (existsSync(dirname(link))) await symlink(join('..', '..', folder), link)
  } catch (error) {
    for (const { path, before } of changes) await writeFile(path, before)
    for (const path of [partial, join(repository, folder), link]) await rm(path, { recursive: true, force: true })
    throw error
  }
  return {
    id,
    folder,
    changed: changes.map(({ name }) => name).filter((name) => name !== INSTALLED),
    files: Object.keys(files).toSorted(),
  }
}

function check(repository: string, id: string, known: readonly string[]): void {
  const wrong = wrongId(id)
  if (wrong !== undefined) throw nameless(`${JSON.stringify(id)} cannot be the id of an app: ${wrong}; try notes`)
  if (KEYWORDS.test(wordsOf(id).camel)) throw nameless(`${id} is a word of TypeScript: try ${id}-app`)
  const like = known.find(
    (other) => tablePrefix(other).startsWith(tablePrefix(id)) || tablePrefix(id).startsWith(tablePrefix(other)),
  )
  if (like !== undefined && like !== id)
    throw refusal(`the tables of ${id} could be taken for those of ${like}`, 'choose another first word')
  if (!existsSync(join(repository, PRODUCT)))
    throw refusal(`there is no ${PRODUCT} here`, 'go to the root of the repository of Regie')
  if (known.includes(id) || existsSync(join(repository, 'apps', id)))
    throw refusal(`there is an app ${id} already`, 'choose another id, or remove its folder')
}

interface Change {
  readonly name: string
  readonly path: string
  readonly before: string
  readonly after: string
}

/** All are worked out before the first is written. */
function changesOf(
  repository: string,
  edits: Readonly<Record<string, (text: string) => string>>,
): Promise<readonly Change[]> {
  return Promise.all(
    Object.entries(edits).map(async ([name, edit]) => {
      const path = join(repository, name)
      const before = await readFile(path, 'utf8')
      return { name, path, before, after: edit(before) }
    }),
  )
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
