import type { CheckFinding } from '@regie/engine'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { filterOf, filterOptions } from './jobs-filter.ts'
import { whole } from './option.ts'
import type { Screen } from './style.ts'
import { table } from './table.ts'

/** `regie workflows check` */
export const workflowsCheck = command({
  name: 'workflows check',
  summary: 'Lead the present code through what is recorded, and name what it cannot follow',
  about:
    'Before a new version takes over: looks at all workflows that have not ended, or at those that match. Nothing is done, written or started. Ends with 1 when there is something.',
  options: {
    ...filterOptions,
    limit: whole('At most so many, oldest first', { min: 1, max: 1_000_000, fallback: 10_000 }),
  },
  examples: ['workflows check', 'workflows check --job quotes.order'],
  async run({ options, session }) {
    const { engine } = await session.open()
    const filter = filterOf(options, engine.clock)
    const { limit } = options
    const result = await engine.workflows.check(filter === undefined ? { limit } : { filter, limit })
    const { checked, findings, more } = result
    const rest = more ? ` There are more: raise --limit.` : ''
    const said =
      findings.length === 0
        ? `The code follows ${checked === 1 ? 'the one workflow' : `all ${checked} workflows`}.${rest}\n`
        : `\n${findings.length} of ${checked} ${checked === 1 ? 'workflow' : 'workflows'} cannot go on with this code.${rest}\n`
    return {
      json: result,
      text: (screen) => (findings.length === 0 ? said : findingsText(screen, findings) + said),
      exit: findings.length === 0 ? EXIT.ok : EXIT.failed,
    }
  },
})

function findingsText(screen: Screen, findings: readonly CheckFinding[]): string {
  return table<CheckFinding>(
    screen,
    [
      { title: 'RUN', value: ({ runId }) => String(runId), align: 'right' },
      { title: 'WORKFLOW', value: ({ workflow }) => workflow },
      { title: 'VERSION', value: ({ version }) => String(version), align: 'right' },
      { title: 'STEP', value: ({ step = '' }) => step },
      { title: 'WHY', value: ({ code, message }) => `${code}: ${message}`, tone: () => 'bad' },
    ],
    findings,
  )
}
