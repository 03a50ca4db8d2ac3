import { ApiError, request } from '../api.ts'
import type { Run } from './model.ts'

/** Which runs are meant: some that were ticked, or all that match the filter, however many. */
export interface Chosen {
  readonly runs: readonly Run[]
  /** Every one that matches, by filter and not by page. */
  readonly all?: { readonly filter: string; readonly count: number }
}

/** What can be done with many. */
export type Verb = 'cancel' | 'retry'

/** Slice by slice; answers how many were changed, or what stopped it. */
export async function carryOut(
  verb: Verb,
  { runs, all }: Chosen,
  count: number,
  onSeen: (seen: number) => void,
  isAborted: () => boolean,
): Promise<number | Error> {
  let done = 0
  try {
    if (all === undefined) {
      for (const [index, { id }] of runs.entries()) {
        if (isAborted()) break
        done += await changeOne(verb, id)
        onSeen(index + 1)
      }
      return done
    }
    let after: string | undefined
    let newest: number | undefined
    let seen = 0
    do {
      const slice: { readonly done: number; readonly seen: number; readonly newest?: number; readonly next?: string } =
        await request('POST', '/api/v1/runs/bulk', {
          body: {
            act: verb,
            filter: all.filter,
            ...(after !== undefined && { after }),
            ...(newest !== undefined && { newest }),
          },
        })
      done += slice.done
      seen += slice.seen
      after = slice.next
      newest = slice.newest
      onSeen(Math.min(seen, count))
    } while (after !== undefined && !isAborted())
    return done
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** 1, or 0 for a run that had ended, or had not. */
async function changeOne(verb: Verb, id: number): Promise<number> {
  try {
    if (verb === 'retry') await request('POST', `/api/v1/runs/${id}/retry`, { body: {} })
    else {
      const { outcome } = await request<{ readonly outcome: string }>('DELETE', `/api/v1/runs/${id}`)
      return outcome === 'already-ended' ? 0 : 1
    }
    return 1
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_STATE') return 0
    throw error
  }
}
