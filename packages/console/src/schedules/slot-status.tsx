import type { LastSlot } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import { scheduleWords } from './words.ts'

const SIGNS: Readonly<Record<LastSlot['outcome'], readonly [Tone, IconName]>> = {
  fired: ['good', 'check'],
  late: ['warn', 'clock'],
  queued: ['calm', 'queue'],
  skipped: ['warn', 'right'],
  missed: ['bad', 'cross'],
  manual: ['good', 'play'],
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
