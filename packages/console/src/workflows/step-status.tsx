import type { Step } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import { workflowWords } from './words.ts'

const SIGNS: Readonly<Record<Step['state'], readonly [Tone, IconName]>> = {
  begun: ['busy', 'busy'],
  retry: ['warn', 'retry'],
  pending: ['calm', 'wait'],
  ended: ['calm', 'check'],
  again: ['warn', 'retry'],
  done: ['good', 'check'],
  failed: ['bad', 'cross'],
  undoing: ['warn', 'left'],
  undone: ['warn', 'left'],
  abandoned: ['calm', 'stop'],
}

/** How a step's state is coloured. */
export function toneOfStep({ state }: Pick<Step, 'state'>): Tone {
  return SIGNS[state][0]
}

const OPEN: ReadonlySet<Step['state']> = new Set(['begun', 'retry', 'pending', 'ended', 'undoing'])

/** It is under way, or waits. */
export function isOpen({ state }: Pick<Step, 'state'>): boolean {
  return OPEN.has(state)
}

/** The state of a step. */
export function StepStatus({ step }: { readonly step: Step }) {
  const { stepStates } = useWords(workflowWords)
  const [tone, icon] = SIGNS[step.state]
  return (
    <Status tone={tone} icon={icon}>
      {stepStates[step.state]}
    </Status>
  )
}
