import type { LastSlot } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Duration } from '../kit/moment.tsx'
import { RunStatus, Status, type Tone } from '../kit/status.tsx'
import { scheduleWords } from './words.ts'

const SIGNS: Readonly<Record<LastSlot['outcome'], readonly [Tone, IconName]>> = {
  fired: ['good', 'check'],
  late: ['warn', 'clock'],
  queued: ['calm', 'queue'],
  skipped: ['warn', 'right'],
  missed: ['bad', 'cross'],
  manual: ['good', 'play'],
}

/** How the run of a slot stands, and how long it took; nothing of a slot without one. */
export function SlotRun({ slot: { runId, run } }: { readonly slot: Pick<LastSlot, 'run' | 'runId'> }) {
  if (runId === undefined) return null
  return (
    <>
      {run !== undefined && <RunStatus state={run.state} />}{' '}
      {run?.durationMs !== undefined && (
        <span className="soft">
          <Duration ms={run.durationMs} />
        </span>
      )}{' '}
      <Go to={`/runs/${runId}`}>
        <span translate="no">#{runId}</span>
      </Go>
    </>
  )
}

/** What became of a slot. */
export function SlotStatus({ outcome }: { readonly outcome: LastSlot['outcome'] }) {
  const { outcomes } = useWords(scheduleWords)
  const [tone, icon] = SIGNS[outcome]
  return (
    <Status tone={tone} icon={icon}>
      {outcomes[outcome]}
    </Status>
  )
}
