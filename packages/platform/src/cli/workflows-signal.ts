import { command } from './command.ts'
import { text } from './option.ts'
import { addressOf, readJson } from './workflows-words.ts'

/** `regie workflows signal` */
export const workflowsSignal = command({
  name: 'workflows signal',
  summary: 'Send a signal to the workflow that waits for it',
  changes: 'signal',
  about: 'The payload is checked. When nobody waits yet, the signal is kept until somebody does.',
  parameters: { name: { about: 'the name of a signal' } },
  options: {
    key: text('<key>', 'To the one that has waited longest with this key'),
    run: text('<id>', 'To this run'),
    payload: text('<json>', 'What it carries (default null)'),
    org: text('<id>', 'For this organisation'),
  },
  examples: [`workflows signal quotes.approved --key Q-17 --payload '{"by":"Ada"}'`],
  async run({ words, options, session }) {
    const to = addressOf(options.key, options.run)
    const payload = readJson(options.payload, 'payload') ?? null
    const { engine } = await session.open()
    const where = options.org === undefined ? {} : { org: options.org }
    const sent = await engine.workflows.signalNamed(words.name, payload, to, where)
    return {
      json: sent,
      text: () => (sent.outcome === 'kept' ? 'Nobody waits for it yet: it is kept.\n' : `Run ${sent.runId} has it.\n`),
    }
  },
})
