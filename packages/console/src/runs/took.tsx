import type { Run } from '../api.gen.ts'
import { Duration, useNow } from '../kit/moment.tsx'

/** How long a run was at work, or has been by now; nothing before it is. */
export function Took({ run: { durationMs, startedAt } }: { readonly run: Pick<Run, 'durationMs' | 'startedAt'> }) {
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
