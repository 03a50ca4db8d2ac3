import type { RepairOptions, RunFilter } from '@regie/engine'
import { UNENDED } from '../filter/grammar.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { describeFilter, filterOf, filterOptions } from './jobs-filter.ts'
import { choice, flag, sentence, text } from './option.ts'
import { usageError } from './usage.ts'
import { readJson } from './workflows-words.ts'

const ACTIONS = ['retry', 'fork', 'cancel', 'resume'] as const

/** `regie workflows repair` */
export const workflowsRepair = command({
  name: 'workflows repair',
  summary: 'Retry, fork, cancel or resume all workflows that match',
  changes: 'workflow',
  about:
    'Counts first, and asks. A retry takes those that failed unless --state says otherwise; a fork takes those that have come to the step.',
  options: {
    action: choice(ACTIONS, 'What is to be done'),
    ...filterOptions,
    from: text('<step>', 'Of a fork: the first step that is done anew'),
    'new-input': text('<json>', 'Of a retry or fork: an input in place of theirs'),
    reason: sentence('<text>', 'Of a cancellation: why'),
    'dry-run': flag('Only count'),
    yes: flag('Act on all that match without asking'),
  },
  examples: [
    "workflows repair --action retry --job quotes.order --error '*SMTP*' --dry-run",
    'workflows repair --action fork --from pay --job quotes.order --yes',
  ],
  async run({ options, session }) {
    const { action, from, reason, yes } = options
    if (action === undefined) throw usageError(`what is to be done? Give --action ${ACTIONS.join(', ')}`)
    if (action === 'fork' && from === undefined)
      throw usageError('a fork begins at a step: say which with --from, see workflows show')
    if (action !== 'fork' && from !== undefined) throw usageError(`--from is for --action fork, not for ${action}`)
    const input = readJson(options['new-input'], 'new-input')
    const { engine } = await session.open()
    const typed = filterOf(options, engine.clock)
    if (typed === undefined) throw usageError('which workflows? Give options such as --job, --state, --error')
    const filter: RunFilter = { ...DEFAULTS[action], ...typed }
    const repair: RepairOptions = {
      action,
      ...(from !== undefined && { from }),
      ...(input !== undefined && { input }),
      ...(reason !== undefined && { reason }),
    }
    const counted = await engine.workflows.repair(filter, { ...repair, dryRun: true })
    const what = `${counted.done} ${counted.done === 1 ? 'workflow' : 'workflows'} of ${counted.matched} (${describeFilter(filter)})`
    const unreached =
      action === 'fork' && counted.done === 0 && counted.matched > 0
        ? ` None of them has come to a step ${JSON.stringify(from)} in a workflow this version has: see workflows show`
        : ''
    if (options['dry-run'] || counted.done === 0)
      return { json: { ...counted, dryRun: true }, text: () => `To ${action}: ${what}.${unreached}\n` }
    const agreed = yes || (await session.confirm(`${action} ${what}?`))
    if (agreed === true) {
      const repaired = await engine.workflows.repair(filter, repair)
      return { json: repaired, text: () => `${DONE[action]}: ${repaired.done} of ${repaired.matched}.\n` }
    }
    const hint = agreed === undefined ? ` To ${action} ${what}: the same command with --yes` : ''
    return { json: { ...counted, done: 0 }, text: () => `Nothing was done.${hint}\n`, exit: EXIT.refused }
  },
})

const DEFAULTS: Readonly<Record<RepairOptions['action'], RunFilter>> = {
  retry: { state: ['failed'] },
  fork: {},
  cancel: { state: UNENDED },
  resume: { state: UNENDED },
}

const DONE: Readonly<Record<RepairOptions['action'], string>> = {
  retry: 'Wait for a worker again',
  fork: 'Forked',
  cancel: 'Cancelled',
  resume: 'Go on',
}
