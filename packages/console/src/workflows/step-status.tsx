import type { WorkflowStep } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import { workflowWords } from './words.ts'

const SIGNS: Readonly<Record<WorkflowStep['state'], readonly [Tone, IconName]>> = {
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
export function toneOfStep({ state }: Pick<WorkflowStep, 'state'>): Tone {
  return SIGNS[state][0]
}

const OPEN: ReadonlySet<WorkflowStep['state']> = new Set(['begun', 'retry', 'pending', 'ended', 'undoing'])

/** It is under way, or waits. */
export function isOpen({ state }: Pick<WorkflowStep, 'state'>): boolean {
  return OPEN.has(state)
}

/** The state of a step. */
export function StepStatus({ step }: { readonly step: WorkflowStep }) {
  const { stepStates } = useWords(workflowWords)
  const [tone, icon] = SIGNS[step.state]
  return (
    <Status tone={tone} icon={icon}>
      {stepStates[step.state]}
    </Status>
  )
}

/** The sign of its state alone, for where its words have no room; screen readers are told the word. */
export function StepSign({ step, className }: { readonly step: WorkflowStep; readonly className: string | undefined }) {
  const { stepStates } = useWords(workflowWords)
  const [tone, icon] = SIGNS[step.state]
  return (
    <span className={className} data-tone={tone} title={stepStates[step.state]}>
      <Icon name={icon} size={12} />
      <span className="unseen">{stepStates[step.state]}</span>
    </span>
  )
}

/** How long it took, or has taken by now, in milliseconds. */
export function lengthOf({ startedAt, endedAt }: WorkflowStep, now: number): number {
  return Math.max(0, (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt))
}
