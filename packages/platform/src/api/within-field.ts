import { EngineError, isEngineError } from '@regie/engine'
import { MOST_ISSUES } from '../http/input.ts'

/**
 * Does what checks a part of the body by a schema that the endpoint does not know, such as a job's input. What is wrong in it is told as
 * of that field: `input.quoteId`. Throws `PAYLOAD_INVALID` with the first 100 issues, and else what the work throws.
 */
export async function withinField<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isEngineError(error, 'PAYLOAD_INVALID') || error.issues.length === 0) throw error
    const issues = error.issues.slice(0, MOST_ISSUES).map((issue) => {
      return { ...issue, path: issue.path === '' ? field : `${field}.${issue.path}` }
    })
    const [first] = issues
    const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
    const message = `${first?.path}: ${first?.message}${more}`
    throw new EngineError('PAYLOAD_INVALID', message, { issues, cause: error })
  }
}
