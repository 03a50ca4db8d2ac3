// Every export of a package's entry points has a doc comment where it is declared. It reads the text: TypeScript 7 has
// no stable API yet, and declarations here keep to one form (`export const|function|class|interface|type Name`).
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT, report } from './repository.ts'

interface Place {
  readonly file: string
  readonly name: string
}

const LIST = /^(?:export|import)\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s+'([^']+)')?/gm
const STAR = /^export\s+(?:type\s+)?\*\s+from\s+'([^']+)'/gm
const DECLARATION =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type)\s+([\w$]+)/gm

const texts = new Map<string, string>()

function textOf(file: string): string {
  const known = texts.get(file)
  if (known !== undefined) return known
  const text = readFileSync(file, 'utf8')
  texts.set(file, text)
  return text
}

interface Named {
  readonly exported: string
  readonly local: string
  readonly from: string | undefined
  readonly isExport: boolean
}

function namedLists(file: string): readonly Named[] {
  return [...textOf(file).matchAll(LIST)].flatMap((match) => {
    const names = (match[1] ?? '').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').split(',')
    return names.flatMap((part) => {
      const [, local, alias] = /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(part) ?? []
      if (local === undefined) return []
      return [{ exported: alias ?? local, local, from: match[2], isExport: match[0].startsWith('export') }]
    })
  })
}

/** Every name that a module exports, by itself or through `export * from`. */
function exportsOf(file: string): readonly string[] {
  const declared = [...textOf(file).matchAll(DECLARATION)].map((match) => match[1] ?? '')
  const listed = namedLists(file).filter(({ isExport }) => isExport)
  const starred = [...textOf(file).matchAll(STAR)].flatMap((match) => {
    const target = resolveModule(file, match[1] ?? '')
    return target === undefined ? [] : exportsOf(target)
  })
  return [...declared, ...listed.map(({ exported }) => exported), ...starred]
}

/** Where a name that this file exports is declared; nothing when that is outside the repository. */
function declarationOf({ file, name }: Place): Place | undefined {
  if (declares(file, name)) return { file, name }
  const named = namedLists(file).find(({ exported, isExport }) => isExport && exported === name)
  if (named !== undefined) {
    return named.from === undefined ? localDeclaration(file, named.local) : followed(file, named.from, named.local)
  }
  for (const match of textOf(file).matchAll(STAR)) {
    const target = resolveModule(file, match[1] ?? '')
    if (target !== undefined && exportsOf(target).includes(name)) return declarationOf({ file: target, name })
  }
  return undefined
}

// `export { x }` of a name imported above, or of a declaration without `export` in the same file.
function localDeclaration(file: string, local: string): Place | undefined {
  const imported = namedLists(file).find(({ exported, isExport }) => !isExport && exported === local)
  if (imported?.from === undefined) return { file, name: local }
  return followed(file, imported.from, imported.local)
}

function followed(file: string, from: string, name: string): Place | undefined {
  const target = resolveModule(file, from)
  return target === undefined ? undefined : declarationOf({ file: target, name })
}

function resolveModule(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const target = join(dirname(file), specifier)
  return existsSync(target) ? target : undefined
}

function declares(file: string, name: string): boolean {
  return [...textOf(file).matchAll(DECLARATION)].some((match) => match[1] === name)
}

function hasDocComment({ file, name }: Place): boolean {
  const declaration = new RegExp(
    String.raw`^(?:export\s+)?(?:declare\s+|abstract\s+|async\s+)*(?:const|let|function\*?|class|interface|type)\s+${name.replaceAll('$', '\\$')}(?![\w$])`,
    'm',
  )
  const text = textOf(file)
  const before = text.slice(0, declaration.exec(text)?.index ?? 0).trimEnd()
  return before.endsWith('*/') && before.lastIndexOf('/**') > before.slice(0, -2).lastIndexOf('*/')
}

function entryPoints(manifest: string): readonly string[] {
  const { exports = {} }: { exports?: Record<string, { source?: string }> } = JSON.parse(readFileSync(manifest, 'utf8'))
  const sources = Object.values(exports).flatMap(({ source }) => (source === undefined ? [] : [source]))
  return sources.map((source) => join(dirname(manifest), source)).filter((file) => existsSync(file))
}

function problemsOf(entry: string): readonly string[] {
  return exportsOf(entry).flatMap((name) => {
    const place = declarationOf({ file: entry, name })
    if (place === undefined || hasDocComment(place)) return []
    return [`${relative(ROOT, place.file)}: ${place.name}, exported by ${relative(ROOT, entry)}, has no doc comment`]
  })
}

const manifests = globSync(['{packages,apps}/*/package.json', 'regie/package.json'], { cwd: ROOT })
report([...new Set(manifests.flatMap((manifest) => entryPoints(join(ROOT, manifest))).flatMap(problemsOf))].sort())
