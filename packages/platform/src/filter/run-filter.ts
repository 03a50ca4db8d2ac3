import type { RunFilter, RunState } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { ageMs, type FilterProblem, type FilterTerm, parseFilter } from './grammar.ts'

const WHY: Readonly<Record<FilterProblem['code'], (text: string) => string>> = {
  'unknown-key': (text) =>
    `there is no "${text}" to filter by: use state, queue, job, error, fingerprint, tag, age, input.<field>, kind, parent or batch`,
  'no-value': (text) => `"${text}" lacks a value, such as ${text}:something`,
  'open-quote': (text) => `the quote in ${text} is not closed`,
  'bad-age': (text) => `"${text}" is no age: write age>1h or age<2d, with s, m, h, d or w`,
  'bad-number': (text) => `"${text}" is no number of a run`,
  'bad-state': (text) => `"${text}" is no state`,
  'bad-kind': (text) => `"${text}" is neither job nor workflow`,
  'no-path': (text) => `"${text}" needs a field, such as input.quoteId:42`,
  twice: (text) => `"${text}" is there twice, and nothing can be both`,
}

/** The runs that a text in the filter language asks for. Throws `INPUT_INVALID` with every problem and its place. */
export function runFilterOf(text: string, now: number): RunFilter {
  const { terms, problems } = parseFilter(text)
  if (problems.length > 0) {
    const issues = problems.map((problem) => ({
      path: 'filter',
      code: problem.code,
      message: `${WHY[problem.code](problem.text)} (at ${problem.start + 1})`,
    }))
    throw new PlatformError('INPUT_INVALID', `The filter cannot be read: ${issues[0]?.message}`, {
      status: 400,
      issues,
    })
  }
  const wanted = terms.filter(({ negated }) => !negated).map((term) => conditionOf(term, now))
  const unwanted = terms.filter(({ negated }) => negated).map((term) => conditionOf(term, now))
  return { ...wanted.reduce(both, {}), ...(unwanted.length > 0 && { not: unwanted }) }
}

/** Conditions together: inputs add up, states and the nearer bounds of the age are what both allow. */
function both(one: RunFilter, other: RunFilter): RunFilter {
  const { state, input, createdBefore, createdAfter } = one
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
  }
}

function conditionOf({ key, path, operator, value }: FilterTerm, now: number): RunFilter {
  if (key === 'state') return { state: value.split(',') as readonly string[] as readonly RunState[] }
  if (key === 'age') {
    const instant = now - (ageMs(value) ?? 0)
    return operator === '<' ? { createdAfter: instant } : { createdBefore: instant }
  }
  if (key === 'input') return { input: { [path ?? '']: value } }
  if (key === 'kind') return { workflow: value === 'workflow' }
  if (key === 'parent') return { parentId: Number(value) }
  if (key === 'batch') return { batchId: Number(value) }
  return { [key]: value }
}
