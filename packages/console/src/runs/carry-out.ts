import {
  deleteRun,
  postRunRetry,
  postRunsBulk,
  postRunsBulkItemNext,
  postRunsBulkItemStop,
  type Run,
  type RunsBulkItemNext,
} from '../api.gen.ts'
import { ApiError, api } from '../api.ts'

/** Which runs are meant: some that were ticked, or all that match the filter, however many. */
export interface Chosen {
  readonly runs: readonly Run[]
  /** Every one that matches, by filter and not by page. */
  readonly all?: { readonly filter: string; readonly count: number }
}

/** What can be done with many. */
export type Verb = 'cancel' | 'retry'

/** How it is followed. */
export interface Watching {
  readonly onSeen: (seen: number) => void
  /** Told of each slice which runs were looked at; of runs that were ticked it is known. */
  readonly onIds?: (ids: readonly number[]) => void
  readonly isAborted: () => boolean
}

/** Slice by slice; answers how many were changed, or what stopped it. */
export async function carryOut(
  verb: Verb,
  { runs, all }: Chosen,
  count: number,
  { onSeen, onIds, isAborted }: Watching,
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
    const { id } = await postRunsBulk(api, { act: verb, filter: all.filter })
    for (let ended = false; !ended; ) {
      const state: RunsBulkItemNext = await (isAborted() ? postRunsBulkItemStop : postRunsBulkItemNext)(api, { id })
      ended = state.ended
      done = state.done
      onIds?.(state.ids)
      onSeen(Math.min(state.seen, count))
    }
    return done
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** 1, or 0 for a run that had ended, or had not. */
async function changeOne(verb: Verb, id: number): Promise<number> {
  try {
    if (verb === 'retry') await postRunRetry(api, { id })
    else {
      const { outcome } = await deleteRun(api, { id })
      return outcome === 'already-ended' ? 0 : 1
    }
    return 1
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_STATE') return 0
    throw error
  }
}
