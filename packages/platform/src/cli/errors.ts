import { durationMs } from '@regie/engine'
import { AT_THE_COMMAND_LINE } from '../auth/wish.ts'
import type { Fault } from '../fault/faults.ts'
import { runFilterOf } from '../filter/run-filter.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { choices, duration, flag, text } from './option.ts'
import { hasSeveral, organisationColumn } from './organisation-column.ts'
import type { Screen } from './style.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'

const STATES = ['open', 'returned', 'muted', 'resolved'] as const
const org = text('<id>', 'Of this organisation. Default: the one that owns the server')
const parameters = { fingerprint: { about: 'of a group, see errors list' } }

/** `regie errors list` */
export const errorsList = command({
  name: 'errors list',
  summary: 'List failed runs grouped by what went wrong, the latest first',
  options: {
    state: choices(STATES, 'In these states (default open and returned)'),
    filter: text('<filter>', "Of the failed runs, in the words of the console's filter: 'job:quotes.* age<1d'"),
    all: flag('In any state'),
  },
  examples: ["errors list --filter 'job:quotes.* error:ECONN*'"],
  async run({ options, session }) {
    const { faults, identity, engine } = await session.open()
    const states = options.all ? STATES : (options.state ?? ['open', 'returned'])
    const filter = options.filter === undefined ? undefined : runFilterOf(options.filter, engine.clock.now())
    const all = await faults.list({ filter })
    const several = await hasSeveral(identity)
    const errors = all.filter(({ state }) => states.some((wanted) => wanted === state))
    const hidden = all.length - errors.length
    const more = hidden === 0 ? '' : `${hidden} more are muted or resolved: --all\n`
    return {
      json: { items: errors },
      text: (screen) =>
        (errors.length === 0 ? 'Nothing has failed that is open.\n' : listText(screen, errors, several)) + more,
    }
  },
})

/** `regie errors assign` */
export const errorsAssign = command({
  name: 'errors assign',
  summary: 'Make somebody responsible for a group of errors, or nobody',
  changes: 'error',
  parameters: { ...parameters, user: { about: 'an id or e-mail address; absent: nobody', optional: true } },
  options: { org },
  async run({ words, options, session }) {
    const { faults, config, identity } = await session.open()
    const whose = options.org ?? config.org.id
    const user = words.user === undefined ? undefined : await identity.users.show(whose, words.user)
    const fault = await faults.assign(whose, words.fingerprint, user?.id)
    return { json: fault, text: () => `${user?.name ?? 'Nobody'} looks after ${fault.error.code} of ${fault.job}.\n` }
  },
})

/** `regie errors mute` */
export const errorsMute = command({
  name: 'errors mute',
  summary: 'Raise no alert of a group of errors, for a while or until it returns',
  changes: 'error',
  about: 'Without --for it is muted until it happens again after it was resolved.',
  parameters,
  options: { for: duration('How long'), org },
  examples: ['errors mute 3f9a0c51 --for 2d'],
  async run({ words, options, session }) {
    const { faults, config, engine } = await session.open()
    const until = options.for === undefined ? undefined : engine.clock.now() + durationMs(options.for)
    const fault = await faults.mute(options.org ?? config.org.id, words.fingerprint, until)
    const end = until === undefined ? 'until it returns' : `until ${localTime(until)}`
    return { json: fault, text: () => `${fault.error.code} of ${fault.job} is muted ${end}.\n` }
  },
})

/** `regie errors unmute` */
export const errorsUnmute = command({
  name: 'errors unmute',
  summary: 'Raise alerts of a group of errors again',
  changes: 'error',
  parameters,
  options: { org },
  async run({ words, options, session }) {
    const { faults, config } = await session.open()
    const fault = await faults.unmute(options.org ?? config.org.id, words.fingerprint)
    return { json: fault, text: () => `${fault.error.code} of ${fault.job} raises alerts again.\n` }
  },
})

/** `regie errors resolve` */
export const errorsResolve = command({
  name: 'errors resolve',
  summary: 'Say that the cause of a group of errors is gone; if it returns, that is news',
  changes: 'error',
  parameters,
  options: { org },
  async run({ words, options, session }) {
    const { faults, config } = await session.open()
    const fault = await faults.resolve(options.org ?? config.org.id, words.fingerprint)
    return { json: fault, text: () => `${fault.error.code} of ${fault.job} is resolved.\n` }
  },
})

/** `regie errors retry` */
export const errorsRetry = command({
  name: 'errors retry',
  summary: 'Resolve a group of errors and retry all of its runs',
  changes: 'error',
  parameters,
  options: { yes: flag('Retry without asking'), org },
  async run({ words, options, session }) {
    const { faults, config, engine } = await session.open()
    const whose = options.org ?? config.org.id
    const { count, error, job } = await faults.get(whose, words.fingerprint)
    const what = `${count} ${count === 1 ? 'run' : 'runs'} of ${job} (${error.code})`
    if (!options.yes && (await session.confirm(`Retry ${what}?`)) !== true)
      return {
        json: { matched: count, retried: 0 },
        text: () => `Nothing was done. To retry ${what}: the same command with --yes\n`,
        exit: EXIT.refused,
      }
    // What fails again while the others are retried has come back.
    await faults.resolve(whose, words.fingerprint)
    const retried = await engine.runs.retryMany(
      { org: whose, state: ['failed'], fingerprint: words.fingerprint },
      { by: AT_THE_COMMAND_LINE },
    )
    return { json: { matched: count, retried }, text: () => `${retried} of ${what} wait for a worker again.\n` }
  },
})

function listText(screen: Screen, errors: readonly Fault[], several: boolean): string {
  return table<Fault>(
    screen,
    [
      { title: 'GROUP', value: ({ fingerprint }) => fingerprint },
      { title: 'STATE', value: ({ state }) => state, tone: ({ state }) => (state === 'returned' ? 'bad' : undefined) },
      ...organisationColumn(several),
      { title: 'JOB', value: ({ job }) => job },
      { title: 'FAILED', value: ({ count }) => String(count), align: 'right' },
      { title: 'RETRYING', value: ({ retrying }) => String(retrying), align: 'right' },
      { title: 'FIRST', value: ({ firstAt }) => localTime(firstAt) },
      { title: 'LAST', value: ({ lastAt }) => localTime(lastAt) },
      { title: 'ERROR', value: ({ error }) => `${error.code}: ${error.message}` },
    ],
    errors,
  )
}
