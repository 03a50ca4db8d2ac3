// Every relative link of a Markdown file leads to a file, and every anchor to a heading.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT, report, repositoryFiles } from './repository.ts'

interface Link {
  readonly line: number
  readonly target: string
}

const INLINE = /\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)/g
const REFERENCE = /^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g
const HTML = /\b(?:href|src)="([^"]+)"/g
const EXTERNAL = /^[a-z][a-z+.-]*:/i

/** Lines of a Markdown text with code blanked: what looks like a link there is none. */
function proseLines(text: string): readonly string[] {
  let fence = ''
  return text.split('\n').map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? ''
    if (fence === '' && mark === '') return line.replace(/`+[^`]*`+/g, (code) => ' '.repeat(code.length))
    if (fence === '') fence = mark
    else if (mark.startsWith(fence)) fence = ''
    return ''
  })
}

function linksOf(text: string): readonly Link[] {
  return proseLines(text).flatMap((content, index) =>
    [INLINE, REFERENCE, HTML].flatMap((pattern) =>
      [...content.matchAll(pattern)].map((match) => ({ line: index + 1, target: match[1] ?? '' })),
    ),
  )
}

/** Anchors as GitHub makes them: lower case, punctuation dropped, spaces as hyphens, repeated ones numbered. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set([...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ''))
  const seen = new Map<string, number>()
  for (const line of text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').split('\n')) {
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1]
    if (heading === undefined) continue
    const slug = slugOf(heading)
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    anchors.add(times === 0 ? slug : `${slug}-${times}`)
  }
  return anchors
}

function slugOf(heading: string): string {
  const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '')
  return shown
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

function problemOf(file: string, text: string, target: string): string | undefined {
  if (EXTERNAL.test(target) || target.startsWith('//')) return undefined
  const [path = '', anchor] = decodeURIComponent(target).split('#')
  if (path.startsWith('/')) return 'is absolute: write it relative to this file'
  const full = path === '' ? join(ROOT, file) : join(ROOT, dirname(file), path)
  if (relative(ROOT, full).startsWith('..')) return 'leaves the repository'
  if (!existsSync(full)) return 'leads nowhere'
  if (anchor === undefined || anchor === '' || !full.endsWith('.md') || statSync(full).isDirectory()) return undefined
  const anchors = anchorsOf(path === '' ? text : readFileSync(full, 'utf8'))
  return anchors.has(anchor) ? undefined : 'has no such heading'
}

function problemsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return linksOf(text).flatMap(({ line, target }) => {
    const problem = problemOf(file, text, target)
    return problem === undefined ? [] : [`${file}:${line} ${target} ${problem}`]
  })
}

report(
  repositoryFiles()
    .filter((file) => file.endsWith('.md'))
    .flatMap(problemsOf),
)
