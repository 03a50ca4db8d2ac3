import type { EventsStream } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Status } from '../kit/status.tsx'
import { eventWords } from './words.ts'

/** Whether a stream takes events. */
export function StreamStatus({ state }: { readonly state: EventsStream['state'] }) {
  const { states } = useWords(eventWords)
  return (
    <Status tone={state === 'open' ? 'good' : 'calm'} icon={state === 'open' ? 'check' : 'lock'}>
      {states[state]}
    </Status>
  )
}
