import { type Clock, durationMs, type RunFilter } from '@regie/engine'
import { RUN_STATES } from '../api/run-view.ts'
import { UNENDED } from '../filter/grammar.ts'
import { bothFilters, runFilterOf } from '../filter/run-filter.ts'
import { choices, pairs, readDuration, text, texts, type ValuesOf } from './option.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

/** The options that choose runs. */
export const filterOptions = {
  state: choices(RUN_STATES, `In one of the states ${RUN_STATES.join(', ')}`, '<state>'),
  queue: text('<name>', 'In this queue'),
  job: text('<name>', "Of this job; 'backup.*' for all that begin so"),
  error: text('<text>', 'Whose error has this in its code or text'),
  age: texts('<age>', "Enqueued longer ago ('>1h') or more recently ('<1h') than this"),
  input: pairs('Whose input has this in a field, such as quoteId=42; dots go deeper'),
  tag: text('<word>', 'With this tag'),
  filter: text(
    '<filter>',
    "In the words of the console's filter: 'state:failed job:quotes.* age>1h -tag:test'; org:<id> too",
  ),
}

/** What was typed of {@link filterOptions}. */
export type FilterValues = ValuesOf<typeof filterOptions>

/** The filter of what was typed; undefined when nothing was. Throws `INPUT_INVALID`. */
export function filterOf(values: FilterValues, clock: Clock): RunFilter | undefined {
  const { state, queue, job, error, age, input, tag, filter: typed = '' } = values
  const given: RunFilter = {
    ...(state !== undefined && { state }),
    ...(queue !== undefined && { queue }),
    ...(job !== undefined && { job }),
    ...(error !== undefined && { error }),
    ...(tag !== undefined && { tag }),
    ...(input !== undefined && { input }),
    ...ageOf(age, clock.now()),
  }
  const filter = bothFilters(runFilterOf(typed, clock.now()), given)
  return Object.keys(filter).length === 0 ? undefined : filter
}

/** The filter as it is told to a person. */
export function describeFilter(filter: RunFilter): string {
  const {
    org,
    state,
    queue,
    job,
    error,
    tag,
    createdBefore,
    createdAfter,
    workflow,
    fingerprint,
    parentId,
    batchId,
    traceId,
    input = {},
    all = [],
    not = [],
  } = filter
  return [
    org !== undefined && `organisation ${org}`,
    state === UNENDED && 'not ended',
    state !== undefined && state !== UNENDED && `state ${state.join(' or ')}`,
    queue !== undefined && `queue ${queue}`,
    job !== undefined && `job ${job}`,
    error !== undefined && `error with "${error}"`,
    tag !== undefined && `tag ${tag}`,
    createdBefore !== undefined && `enqueued before ${localTime(createdBefore)}`,
    createdAfter !== undefined && `enqueued after ${localTime(createdAfter)}`,
    workflow !== undefined && (workflow ? 'workflows' : 'no workflows'),
    fingerprint !== undefined && `fault ${fingerprint}`,
    parentId !== undefined && `parent ${parentId}`,
    batchId !== undefined && `batch ${batchId}`,
    traceId !== undefined && `trace ${traceId}`,
    ...Object.entries(input).map(([field, value]) => `${field} = ${value}`),
    ...all.map(describeFilter),
    ...not.map((unwanted) => `not (${describeFilter(unwanted)})`),
  ]
    .filter((part) => part !== false)
    .join(', ')
}

function ageOf(typed: readonly string[], now: number): Pick<RunFilter, 'createdBefore' | 'createdAfter'> {
  const bounds = typed.map((part) => {
    const [, sign = '>', length = ''] = /^([<>])?\s*(.*)$/.exec(part) ?? []
    const instant = now - durationMs(readDuration(length, '--age'))
    return sign === '>' ? { createdBefore: instant } : { createdAfter: instant }
  })
  if (bounds.length > 2) throw usageError("--age is given more than twice: one '>' and one '<' are enough")
  return Object.assign({}, ...bounds)
}
