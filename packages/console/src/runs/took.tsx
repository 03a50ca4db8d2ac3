import type { Run } from '../api.gen.ts'
import { Duration, useNow } from '../kit/moment.tsx'

type Worked = Pick<Run, 'durationMs' | 'startedAt' | 'state'>

/** True of a run that ended before any worker took it. */
export function neverBegan({ state, durationMs }: Worked): boolean {
  return durationMs === 0 && (state === 'cancelled' || state === 'expired')
}

/** How long a run was at work, or has been by now; nothing before it is. */
export function Took({ run }: { readonly run: Worked }) {
  const { durationMs, startedAt } = run
  if (neverBegan(run)) return null
  if (durationMs !== undefined) return <Duration ms={durationMs} />
  return startedAt === undefined ? null : <Since at={startedAt} />
}

function Since({ at }: { readonly at: string }) {
  return (
    <span className="soft">
      <Duration ms={Math.max(0, useNow() - Date.parse(at))} />
    </span>
  )
}
