import type { Stryker } from '@stryker-mutator/core'
import { MODULES } from './mutation-modules.ts'

/** What became of each mutant of a run. */
export type Mutants = readonly Pick<Awaited<ReturnType<Stryker['runMutationTest']>>[number], 'fileName' | 'status'>[]

/** How many mutants of some files were noticed by the tests. */
export interface Score {
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  readonly uncovered: number
  /** Killed or timed out, in percent; 0 when there were none. */
  readonly percent: number
}

/** Counts the mutants of these files, which are named from the root of the repository. */
export function scoreOf(mutants: Mutants, files: readonly string[]): Score {
  const found = mutants.filter(({ fileName }) => files.some((file) => fileName.endsWith(file)))
  const count = (status: Mutants[number]['status']): number => found.filter((each) => each.status === status).length
  const [killed, timedOut, survived, uncovered] = [
    count('Killed'),
    count('Timeout'),
    count('Survived'),
    count('NoCoverage'),
  ]
  const total = killed + timedOut + survived + uncovered
  const percent = total === 0 ? 0 : ((killed + timedOut) / total) * 100
  return { mutants: total, killed, timedOut, survived, uncovered, percent }
}

/** A Markdown table: each module with its files under it, and all together. */
export function scoreTable(mutants: Mutants): string {
  const rows = MODULES.flatMap(({ name, files }) => [
    row(`**${name}**`, scoreOf(mutants, files)),
    ...files.map((file) => row(`\`${file.replace('packages/engine/src/', '')}\``, scoreOf(mutants, [file]))),
  ])
  const all = row(
    '**All**',
    scoreOf(
      mutants,
      MODULES.flatMap(({ files }) => files),
    ),
  )
  const head = ['| | mutants | killed | timed out | survived | not covered | score |', '|---|--:|--:|--:|--:|--:|--:|']
  return [...head, ...rows, all].join('\n')
}

function row(title: string, { mutants, killed, timedOut, survived, uncovered, percent }: Score): string {
  return `| ${title} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${uncovered} | ${percent.toFixed(1)} % |`
}

const [BEGIN, END] = ['<!-- scores: written by npm run mutate -- --publish -->', '<!-- end of the scores -->']

/** Puts the scores where the page has its marks. Throws when it has none. */
export function withScores(page: string, scores: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page has no place for the scores: put ${BEGIN} and ${END} into it`)
  return `${page.slice(0, from)}${BEGIN}\n\n${scores}\n\n${page.slice(to)}`
}
