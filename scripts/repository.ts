import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder that is checked: scripts/check.ts starts each check at the root of the repository. */
export const ROOT = process.cwd()

/** Files that git tracks or would add, relative to the root, sorted. */
export function repositoryFiles(): readonly string[] {
  // As root in a checkout of another user, git would otherwise refuse.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const names = new Set(listed.split('\0').filter((name) => name !== ''))
  return [...names].filter((name) => existsSync(join(ROOT, name))).sort()
}

/** Prints each problem and fails the process when there is one. */
export function report(problems: readonly string[]): void {
  for (const problem of problems) console.log(problem)
  if (problems.length > 0) process.exitCode = 1
}
