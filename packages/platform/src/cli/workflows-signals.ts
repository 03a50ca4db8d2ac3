import type { KeptSignal } from '@regie/engine'
import { command } from './command.ts'
import { runId } from './jobs-words.ts'
import { text, whole } from './option.ts'
import { hasSeveral, organisationColumn } from './organisation-column.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

/** `regie workflows signals` */
export const workflowsSignals = command({
  name: 'workflows signals',
  summary: 'List signals that are kept until a workflow waits for them, newest first',
  options: {
    name: text('<name>', 'Of this name'),
    run: text('<run>', 'Sent to this run'),
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<page>', 'The page after: what the one before said'),
  },
  examples: ['workflows signals --name quotes.approved'],
  async run({ options, session }) {
    const { engine, identity } = await session.open()
    const several = await hasSeveral(identity)
    const { name, run, limit, after } = options
    const page = { limit, ...(after !== undefined && { after: signalId(after) }) }
    const { signals, next } = await engine.workflows.signals(
      { ...(name !== undefined && { name }), ...(run !== undefined && { run: runId(run, 'workflows list') }) },
      page,
    )
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    return {
      json: { items: signals, ...(next !== undefined && { next }) },
      text: (screen) =>
        signals.length === 0
          ? 'No signal is kept.\n'
          : table<KeptSignal>(
              screen,
              [
                { title: 'ID', value: ({ id }) => String(id), align: 'right' },
                ...organisationColumn(several),
                { title: 'SIGNAL', value: ({ name: of }) => of },
                { title: 'TO', value: ({ key, runId }) => (runId === undefined ? `key ${key}` : `run ${runId}`) },
                { title: 'SENT', value: ({ sentAt }) => localTime(sentAt) },
                { title: 'PAYLOAD', value: ({ payload }) => JSON.stringify(payload) },
              ],
              signals,
            ) + more,
    }
  },
})

/** `regie workflows unsignal` */
export const workflowsUnsignal = command({
  name: 'workflows unsignal',
  summary: 'Take back a signal that no workflow has taken yet',
  changes: 'signal',
  parameters: { id: { about: 'the number of a signal, see workflows signals' } },
  async run({ words, session }) {
    const { engine } = await session.open()
    const dropped = await engine.workflows.dropSignal(signalId(words.id))
    return { json: dropped, text: () => `The signal ${dropped.name} is taken back: no workflow gets it.\n` }
  },
})

function signalId(typed: string): number {
  if (/^\d{1,15}$/.test(typed)) return Number(typed)
  throw usageError(`${JSON.stringify(typed)} is no signal: give the number that "workflows signals" shows`)
}
