import type { Run } from '@regie/engine'
import { command } from './command.ts'
import { filterOf, filterOptions } from './jobs-filter.ts'
import { remarkOf, toneOf } from './jobs-words.ts'
import { text, whole } from './option.ts'
import { hasSeveral, organisationColumn } from './organisation-column.ts'
import type { Screen } from './style.ts'
import { table } from './table.ts'
import { localTime, spell } from './time.ts'

/** `regie jobs list` */
export const jobsList = command({
  name: 'jobs list',
  summary: 'List runs, newest first',
  about: 'All conditions must hold.',
  options: {
    ...filterOptions,
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<page>', 'The page after: what the one before said'),
  },
  examples: [
    'jobs list --state failed',
    "jobs list --job 'quotes.*' --age '<1d'",
    'jobs list --input quoteId=42 --json',
  ],
  async run({ options, session }) {
    const { engine, identity } = await session.open()
    const several = await hasSeveral(identity)
    const { limit, after } = options
    const page = { limit, ...(after !== undefined && { after }) }
    const { runs, next } = await engine.runs.search(filterOf(options, engine.clock), page)
    return {
      json: { items: runs, ...(next !== undefined && { next }) },
      text: (screen) => listText(screen, runs, several) + nextText(next),
    }
  },
})

function listText(screen: Screen, runs: readonly Run[], several: boolean): string {
  if (runs.length === 0) return 'No run matches.\n'
  return table<Run>(
    screen,
    [
      { title: 'RUN', value: ({ id }) => String(id), align: 'right' },
      { title: 'STATE', value: ({ state }) => state, tone: toneOf },
      ...organisationColumn(several),
      { title: 'JOB', value: ({ job }) => job },
      { title: 'QUEUE', value: ({ queue }) => queue },
      { title: 'TRY', value: ({ attempt }) => String(attempt), align: 'right' },
      { title: 'ENQUEUED', value: ({ createdAt }) => localTime(createdAt) },
      { title: 'TOOK', value: ({ durationMs }) => (durationMs === undefined ? '' : spell(durationMs)), align: 'right' },
      { title: 'REMARK', value: remarkOf },
    ],
    runs,
  )
}

function nextText(next: string | undefined): string {
  return next === undefined ? '' : `There are more: --after ${next}\n`
}
