import type { ClaimedRun } from '../store/hot.ts'
import { storedTrace } from './trace.ts'

/** For whom runs are enqueued and events appended: nobody, or a run that becomes their parent. */
export interface Origin {
  readonly org?: string
  readonly parentId?: number
  /** The W3C trace of that run. */
  readonly trace?: string | undefined
}

/** A run enqueues in its own organisation and trace, and becomes the parent. */
export function originOf({ org, id, options }: ClaimedRun): Origin {
  return { org, parentId: id, trace: storedTrace(options) }
}
