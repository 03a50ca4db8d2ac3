import { useWords } from '../i18n/language.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import type { ErrorState } from './model.ts'
import { errorWords } from './words.ts'

const SIGNS: Readonly<Record<ErrorState, readonly [Tone, IconName]>> = {
  open: ['bad', 'error'],
  returned: ['bad', 'retry'],
  muted: ['calm', 'held'],
  resolved: ['good', 'check'],
}

/** Where a group of errors stands. */
export function ErrorStatus({ state }: { readonly state: ErrorState }) {
  const { states } = useWords(errorWords)
  const [tone, icon] = SIGNS[state]
  return (
    <Status tone={tone} icon={icon}>
      {states[state]}
    </Status>
  )
}
