import type { Clock, RunFilter } from '@regie/engine'
import { AT_THE_COMMAND_LINE } from '../auth/wish.ts'
import { UNENDED } from '../filter/grammar.ts'
import { type Answer, command } from './command.ts'
import { EXIT } from './exit.ts'
import { describeFilter, type FilterValues, filterOf, filterOptions } from './jobs-filter.ts'
import { runId } from './jobs-words.ts'
import { flag, sentence, texts } from './option.ts'
import type { Session } from './session.ts'
import { usageError } from './usage.ts'
import { readJson } from './workflows-words.ts'

const parameters = { id: { about: 'the number of a run; or choose several by options', optional: true } } as const
const yes = flag('Act on all that match without asking')

/** `regie jobs retry` */
export const jobsRetry = command({
  name: 'jobs retry',
  summary: 'Give an ended run, or all that match, fresh attempts',
  changes: 'run',
  about:
    'By options, only failed runs are retried unless --state says otherwise; succeeded ones do everything once more. With a number, --input is the corrected input of that run, as JSON.',
  parameters,
  options: {
    ...filterOptions,
    input: texts('<field=value|json>', `${filterOptions.input.about}; with a number: its corrected input, as JSON`),
    yes,
  },
  examples: [
    'jobs retry 42',
    `jobs retry 42 --input '{"quoteId":"…"}'`,
    "jobs retry --job quotes.send --error '*SMTP*' --yes",
  ],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    if (words.id !== undefined) {
      const id = runId(words.id)
      refuseBoth({ ...options, input: undefined })
      const input = readJson(options.input.at(-1), 'input')
      await engine.runs.retry(id, { by: AT_THE_COMMAND_LINE, ...(input !== undefined && { input }) })
      return { json: { id, outcome: 'retried' }, text: () => `Run ${id} waits for a worker again.\n` }
    }
    const input = filterOptions.input.read(options.input.map(refuseJson), 'input')
    const filter = { state: ['failed'] as const, ...required({ ...options, input }, engine.clock) }
    return inBulk(session, { filter, yes: options.yes, verb: 'retry', done: 'retried' }, () =>
      engine.runs.retryMany(filter, { by: AT_THE_COMMAND_LINE }),
    )
  },
})

function refuseJson(typed: string): string {
  if (!typed.trimStart().startsWith('{')) return typed
  throw usageError(
    `--input is JSON, which corrects the input of one run: give its number, as in jobs retry 42 --input '{"id":1}'; to choose runs, write a field, = and its value`,
  )
}

/** `regie jobs cancel` */
export const jobsCancel = command({
  name: 'jobs cancel',
  summary: 'Cancel a waiting or running run, or all that match',
  changes: 'run',
  about: 'A running one is asked to stop, in whatever process it runs.',
  parameters,
  options: { ...filterOptions, reason: sentence('<text>', 'Why, kept with the run'), yes },
  examples: ['jobs cancel 42', 'jobs cancel --queue mail --state queued --yes'],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    if (words.id !== undefined) {
      const id = runId(words.id)
      refuseBoth(options)
      const outcome = await engine.runs.cancel(id, options.reason)
      const exit = outcome === 'already-ended' ? EXIT.refused : EXIT.ok
      return { json: { id, outcome }, text: () => `Run ${id} ${OUTCOMES[outcome]}.\n`, exit }
    }
    const filter = { state: UNENDED, ...required(options, engine.clock) }
    const cancel = () => engine.runs.cancelMany(filter, options.reason)
    return inBulk(session, { filter, yes: options.yes, verb: 'cancel', done: 'cancelled' }, cancel)
  },
})

const OUTCOMES = {
  cancelled: 'is cancelled',
  requested: 'is asked to stop',
  'already-ended': 'has ended already: nothing was done',
}

interface Bulk {
  readonly filter: RunFilter
  readonly yes: boolean
  readonly verb: string
  readonly done: string
}

/** Counts first; acts when told to, or when the person at the terminal agrees. */
async function inBulk(
  session: Session,
  { filter, yes, verb, done }: Bulk,
  act: () => Promise<number>,
): Promise<Answer> {
  const { engine } = await session.open()
  const matched = await engine.runs.count(filter)
  const what = `${matched} ${matched === 1 ? 'run' : 'runs'} (${describeFilter(filter)})`
  if (matched === 0) return { json: { matched, [done]: 0 }, text: () => `No run matches ${describeFilter(filter)}.\n` }
  const agreed = yes || (await session.confirm(`${verb} ${what}?`))
  if (agreed === true) {
    const count = await act()
    return { json: { matched, [done]: count }, text: () => `${count} of ${what} ${done}.\n` }
  }
  const text =
    agreed === undefined ? `Nothing was done. To ${verb} ${what}: the same command with --yes\n` : 'Nothing was done.\n'
  return { json: { matched, [done]: 0 }, text: () => text, exit: EXIT.refused }
}

function required(options: FilterValues, clock: Clock): RunFilter {
  const filter = filterOf(options, clock)
  if (filter === undefined)
    throw usageError('which runs? Give the number of one, or options such as --state, --job, --error')
  return filter
}

function refuseBoth(options: FilterValues): void {
  const { state, queue, job, error, age, input, tag, filter } = options
  if ([state, queue, job, error, input, tag, filter].every((value) => value === undefined) && age.length === 0) return
  throw usageError('give the number of a run or options that choose some, not both')
}
