import { useWords } from '../i18n/language.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import type { Slot } from './model.ts'
import { scheduleWords } from './words.ts'

const SIGNS: Readonly<Record<Slot['outcome'], readonly [Tone, IconName]>> = {
  fired: ['good', 'check'],
  late: ['warn', 'clock'],
  queued: ['calm', 'queue'],
  skipped: ['warn', 'right'],
  missed: ['bad', 'cross'],
  manual: ['good', 'play'],
}

/** What became of a slot. */
export function SlotStatus({ outcome }: { readonly outcome: Slot['outcome'] }) {
  const { outcomes } = useWords(scheduleWords)
  const [tone, icon] = SIGNS[outcome]
  return (
    <Status tone={tone} icon={icon}>
      {outcomes[outcome]}
    </Status>
  )
}
