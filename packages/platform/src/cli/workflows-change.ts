import { AT_THE_COMMAND_LINE } from '../auth/wish.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { runId } from './jobs-words.ts'
import { sentence, text } from './option.ts'
import { usageError } from './usage.ts'
import { readJson } from './workflows-words.ts'

const parameters = { id: { about: 'the number of a run, see workflows list' } } as const

/** `regie workflows cancel` */
export const workflowsCancel = command({
  name: 'workflows cancel',
  summary: 'Cancel a workflow: what it did is undone, its children are cancelled',
  changes: 'workflow',
  parameters,
  options: { reason: sentence('<text>', 'Why, kept with the run') },
  examples: ['workflows cancel 42 --reason "the client withdrew"'],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    const id = runId(words.id, 'workflows list')
    const outcome = await engine.workflows.cancel(id, options.reason)
    const exit = outcome === 'already-ended' ? EXIT.refused : EXIT.ok
    return { json: { id, outcome }, text: () => `Workflow ${id} ${OUTCOMES[outcome]}.\n`, exit }
  },
})

const OUTCOMES = {
  cancelled: 'is cancelled',
  requested: 'undoes what it did, and ends',
  'already-ended': 'has ended already: nothing was done',
}

/** `regie workflows pause` */
export const workflowsPause = command({
  name: 'workflows pause',
  summary: 'Let a workflow begin nothing new',
  changes: 'workflow',
  about: 'A step that is under way ends. Signals and time that passes are not lost.',
  parameters,
  options: { reason: sentence('<text>', 'Why, shown with the workflow') },
  examples: ['workflows pause 42 --reason "prices are wrong"'],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    const id = runId(words.id, 'workflows list')
    await engine.workflows.pause(id, options.reason)
    return {
      json: { id, outcome: 'paused' },
      text: () => `Workflow ${id} is paused.\n→ ${session.program} workflows resume ${id}\n`,
    }
  },
})

/** `regie workflows resume` */
export const workflowsResume = command({
  name: 'workflows resume',
  summary: 'Let a paused workflow go on',
  changes: 'workflow',
  parameters,
  async run({ words, session }) {
    const { engine } = await session.open()
    const id = runId(words.id, 'workflows list')
    await engine.workflows.resume(id)
    return { json: { id, outcome: 'resumed' }, text: () => `Workflow ${id} goes on.\n` }
  },
})

/** `regie workflows retry` */
export const workflowsRetry = command({
  name: 'workflows retry',
  summary: 'Let a failed or cancelled workflow go on where it failed',
  changes: 'workflow',
  about:
    'What is done is not done again. After steps were undone, it goes on before the first of them: what followed that is done again too. With an input it begins from scratch.',
  parameters,
  options: { input: text('<json>', 'Begin from scratch with this input') },
  examples: ['workflows retry 42', `workflows retry 42 --input '{"orderId":"…"}'`],
  async run({ words, options, session }) {
    const id = runId(words.id, 'workflows list')
    const input = readJson(options.input, 'input')
    const { engine } = await session.open()
    await engine.workflows.retry(id, { by: AT_THE_COMMAND_LINE, ...(input !== undefined && { input }) })
    return { json: { id, outcome: 'retried' }, text: () => `Workflow ${id} waits for a worker again.\n` }
  },
})

/** `regie workflows fork` */
export const workflowsFork = command({
  name: 'workflows fork',
  summary: 'Start a copy of a workflow that begins at one of its steps',
  changes: 'workflow',
  about: 'The copy has done what came before that step. The workflow itself is left as it is.',
  parameters,
  options: {
    from: text('<step>', 'The first step that is done anew, see workflows show'),
    input: text('<json>', 'An input in place of its own'),
  },
  examples: ['workflows fork 42 --from pay'],
  async run({ words, options, session }) {
    const id = runId(words.id, 'workflows list')
    const { from } = options
    if (from === undefined) throw usageError('a fork begins at a step: say which with --from, see workflows show')
    const input = readJson(options.input, 'input')
    const { engine } = await session.open()
    const fork = await engine.workflows.fork(id, input === undefined ? { from } : { from, input })
    const text = `Workflow ${fork} goes on from "${from}".\n→ ${session.program} workflows show ${fork}\n`
    return { json: { id: fork, forkedFrom: id }, text: () => text }
  },
})
