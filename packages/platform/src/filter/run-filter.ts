import type { FilterState, RunFilter } from '@regie/engine'
import { z } from 'zod'
import { PlatformError } from '../errors.ts'
import { ageMs, FILTER_STATES, type FilterProblem, type FilterTerm, parseFilter } from './grammar.ts'

const WHY: Readonly<Record<FilterProblem['code'], (text: string) => string>> = {
  'unknown-key': (text) =>
    `there is no "${text}" to filter by: use id, state, queue, job, error, fingerprint, tag, age, input.<field>, kind, parent, batch, trace or org`,
  'no-value': (text) => `"${text}" lacks a value, such as ${text}:something`,
  'open-quote': (text) => `the quote in ${text} is not closed`,
  'bad-age': (text) => `"${text}" is no age: write age>1h or age<2d, with s, m, h, d or w`,
  'bad-number': (text) => `"${text}" is no number of a run`,
  'no-or': (text) =>
    `"${text}" joins nothing: all conditions hold, and alternatives stand between commas, such as state:failed,queued`,
  'bad-state': (text) => `"${text}" is no state: use ${FILTER_STATES.join(', ')}`,
  'bad-kind': (text) => `"${text}" is neither job nor workflow`,
  'no-path': (text) => `"${text}" needs a field, such as input.quoteId:42`,
  twice: (text) => `"${text}" is there twice, and nothing can be both`,
}

/** A text in the filter language, refused with every problem and its place. */
export const filterText = z
  .string()
  .max(2_000)
  .superRefine((text, context) => {
    for (const { code, message } of problemsOf(text))
      context.addIssue({ code: 'custom', input: text, message, params: { code } })
  })

function problemsOf(text: string) {
  return parseFilter(text).problems.map((problem) => ({
    code: problem.code,
    message: `${WHY[problem.code](problem.text)} (at ${problem.start + 1})`,
  }))
}

/**
 * The runs that a text in the filter language asks for. Whoever asks for somebody must see to whose runs they are: `org:` is a
 * condition like others. Throws `INPUT_INVALID` with every problem and its place.
 */
export function runFilterOf(text: string, now: number): RunFilter {
  const issues = problemsOf(text).map((problem) => ({ path: 'filter', ...problem }))
  if (issues.length > 0) {
    throw new PlatformError('INPUT_INVALID', `The filter cannot be read: ${issues[0]?.message}`, {
      status: 400,
      issues,
    })
  }
  const { terms } = parseFilter(text)
  const wanted = terms.filter(({ negated }) => !negated).map((term) => conditionOf(term, now))
  const unwanted = terms.filter(({ negated }) => negated).map((term) => conditionOf(term, now))
  return { ...wanted.reduce(bothFilters, {}), ...(unwanted.length > 0 && { not: unwanted }) }
}

/**
 * The runs that two filters both ask for: states and the nearer bounds of the age are what both allow, and where they ask
 * for different things, such as two queues, both conditions hold, and it may be that no run meets them.
 */
export function bothFilters(one: RunFilter, other: RunFilter): RunFilter {
  if (contradict(one, other)) return { ...one, all: [...(one.all ?? []), other] }
  const { state, input, createdBefore, createdAfter, all, not } = one
  return {
    ...one,
    ...other,
    ...(state !== undefined &&
      other.state !== undefined && { state: state.filter((name) => other.state?.includes(name)) }),
    ...(input !== undefined && { input: { ...input, ...other.input } }),
    ...(createdBefore !== undefined &&
      other.createdBefore !== undefined && { createdBefore: Math.min(createdBefore, other.createdBefore) }),
    ...(createdAfter !== undefined &&
      other.createdAfter !== undefined && { createdAfter: Math.max(createdAfter, other.createdAfter) }),
    ...(all !== undefined && { all: [...all, ...(other.all ?? [])] }),
    ...(not !== undefined && { not: [...not, ...(other.not ?? [])] }),
  }
}

// What a run has one of, or what cannot be joined into one condition.
const SINGLE = [
  ...(['org', 'queue', 'job', 'workflow', 'error', 'fingerprint', 'tag', 'parentId', 'batchId', 'traceId'] as const),
  'ids',
] as const

function contradict(one: RunFilter, other: RunFilter): boolean {
  const differ = (mine: unknown, its: unknown) => mine !== undefined && its !== undefined && mine !== its
  return (
    SINGLE.some((key) => differ(one[key], other[key])) ||
    Object.entries(one.input ?? {}).some(([path, value]) => differ(value, other.input?.[path]))
  )
}

function conditionOf({ key, path, operator, value }: FilterTerm, now: number): RunFilter {
  if (key === 'id') return { ids: value.split(',').map(Number) }
  if (key === 'state') return { state: value.split(',') as readonly string[] as readonly FilterState[] }
  if (key === 'age') {
    const instant = now - (ageMs(value) ?? 0)
    return operator === '<' ? { createdAfter: instant } : { createdBefore: instant }
  }
  if (key === 'input') return { input: { [path ?? '']: value } }
  if (key === 'kind') return { workflow: value === 'workflow' }
  if (key === 'parent') return { parentId: Number(value) }
  if (key === 'batch') return { batchId: Number(value) }
  if (key === 'trace') return { traceId: value }
  // All of them, which is no condition.
  if (key === 'org' && value === '*') return {}
  return { [key]: value }
}
