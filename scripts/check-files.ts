// No source file over 400 lines, no mark of unfinished work, no path of somebody's machine in the docs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, report, repositoryFiles } from './repository.ts'

const MOST_LINES = 400
const SOURCE = /\.(?:[cm]?[jt]sx?|css|html|sql|sh)$/
const TEXT = /\.(?:[cm]?[jt]sx?|css|html|sql|sh|md|ya?ml)$/

// The brackets keep this line from finding itself.
const MARKS = /\b(?:TO[D]O|FIX[M]E|XX[X])\b/
const MACHINE_PATHS = /(?<![\w.~$}:/-])\/(?:work|tmp|root|home|Users)\/[\w.-]+/

function problemsOf(file: string): readonly string[] {
  if (!TEXT.test(file)) return []
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
  const problems = lines.flatMap((line, index) =>
    problemsOfLine(file, line).map((text) => `${file}:${index + 1} ${text}`),
  )
  const length = lines.at(-1) === '' ? lines.length - 1 : lines.length
  if (SOURCE.test(file) && !file.endsWith('.gen.ts') && length > MOST_LINES)
    problems.push(`${file} has ${length} lines, more than ${MOST_LINES}: split it`)
  return problems
}

function problemsOfLine(file: string, line: string): readonly string[] {
  const mark = MARKS.exec(line)
  if (mark !== null) return [`has the mark ${mark[0]}: finish it, or open an issue`]
  const path = file.endsWith('.md') ? MACHINE_PATHS.exec(line) : null
  return path === null ? [] : [`names the path ${path[0]}: of whose machine?`]
}

report(repositoryFiles().flatMap(problemsOf))
