import type { Run } from '@regie/engine'
import { command } from './command.ts'
import { filterOf, filterOptions } from './jobs-filter.ts'
import { remarkOf, toneOf } from './jobs-words.ts'
import { text, whole } from './option.ts'
import { hasSeveral, organisationColumn } from './organisation-column.ts'
import type { Screen } from './style.ts'
import { table } from './table.ts'
import { localTime, spell } from './time.ts'

/** `regie workflows list` */
export const workflowsList = command({
  name: 'workflows list',
  summary: 'List runs of workflows, newest first',
  about: 'All conditions must hold.',
  options: {
    ...filterOptions,
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<page>', 'The page after: what the one before said'),
  },
  examples: ['workflows list --state waiting', "workflows list --job 'quotes.*' --age '>7d'"],
  async run({ options, session }) {
    const { engine, identity } = await session.open()
    const several = await hasSeveral(identity)
    const { limit, after } = options
    const page = { limit, ...(after !== undefined && { after }) }
    const { runs, next } = await engine.workflows.search(filterOf(options, engine.clock), page)
    return {
      json: { items: runs, ...(next !== undefined && { next }) },
      text: (screen) =>
        listText(screen, runs, several) + (next === undefined ? '' : `There are more: --after ${next}\n`),
    }
  },
})

function listText(screen: Screen, runs: readonly Run[], several: boolean): string {
  if (runs.length === 0) return 'No workflow matches.\n'
  return table<Run>(
    screen,
    [
      { title: 'RUN', value: ({ id }) => String(id), align: 'right' },
      { title: 'STATE', value: ({ state }) => state, tone: toneOf },
      ...organisationColumn(several),
      { title: 'WORKFLOW', value: ({ job }) => job },
      { title: 'BEGAN', value: ({ createdAt }) => localTime(createdAt) },
      { title: 'GOES ON', value: ({ dueAt }) => (dueAt === undefined ? '' : localTime(dueAt)) },
      {
        title: 'TOOK',
        value: ({ createdAt, endedAt }) => (endedAt === undefined ? '' : spell(endedAt - createdAt)),
        align: 'right',
      },
      { title: 'REMARK', value: remarkOf },
    ],
    runs,
  )
}
