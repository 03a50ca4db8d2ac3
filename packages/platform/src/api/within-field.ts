import { EngineError, isEngineError } from '@regie/engine'
import { z } from 'zod'
import type { Issue } from '../errors.ts'
import { MOST_ISSUES, wantsOf } from '../http/input.ts'

/**
 * Does what checks a part of the body by a schema that the endpoint does not know, such as a job's input. What is wrong in it is told as
 * of that field: `input.quoteId`. Throws `PAYLOAD_INVALID` with the first 100 issues, and else what the work throws.
 */
export async function withinField<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isEngineError(error, 'PAYLOAD_INVALID') || error.issues.length === 0) throw error
    const found = error.cause instanceof z.ZodError ? error.cause.issues : []
    const issues = error.issues.slice(0, MOST_ISSUES).map((issue, index) => {
      return { ...issue, ...wanted(found[index]), path: issue.path === '' ? field : `${field}.${issue.path}` }
    })
    const [first] = issues
    const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
    const message = `${first?.path}: ${first?.message}${more}`
    throw new EngineError('PAYLOAD_INVALID', message, { issues, cause: error })
  }
}

const NOT_REPORTED = 'not reported'
// Null too: forms begin with it where something has to be filled in.
const IS_MISSING = /received (?:undefined|null)$/

/** The engine's parse does not report inputs: of what is missing only Zod's words say so. */
function wanted(issue: z.core.$ZodIssue | undefined): Pick<Issue, 'wants'> {
  if (issue === undefined) return {}
  if (IS_MISSING.test(issue.message)) return { wants: { absent: true } }
  return wantsOf({ ...issue, input: NOT_REPORTED } as z.core.$ZodIssue)
}
