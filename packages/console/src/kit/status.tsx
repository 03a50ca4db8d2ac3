import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon, type IconName } from './icon.tsx'
import styles from './status.module.css'

/** How a status looks: a wash, a colour, and its own sign. */
export type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad'

/** States of runs as the API names them. */
export type RunState = keyof typeof RUN_SIGNS

const RUN_SIGNS = {
  scheduled: ['calm', 'clock'],
  waiting: ['calm', 'wait'],
  queued: ['calm', 'queue'],
  blocked: ['warn', 'held'],
  parked: ['warn', 'held'],
  running: ['busy', 'busy'],
  succeeded: ['good', 'check'],
  failed: ['bad', 'cross'],
  cancelled: ['warn', 'stop'],
  expired: ['warn', 'clock'],
} as const satisfies Record<string, readonly [Tone, IconName]>

/** A sign, a word and a colour. */
export function Status({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone
  readonly icon: IconName
  readonly children: string
}) {
  return (
    <span className={styles.status} data-tone={tone}>
      <Icon name={icon} size={12} spin={icon === 'busy'} />
      <span>{children}</span>
    </span>
  )
}

/** The state of a run, or of a workflow: in French they differ by gender. */
export function RunStatus({ state, workflow = false }: { readonly state: RunState; readonly workflow?: boolean }) {
  const { states, workflowStates } = useWords(common)
  const [tone, icon] = RUN_SIGNS[state]
  return (
    <Status tone={tone} icon={icon}>
      {(workflow ? workflowStates : states)[state]}
    </Status>
  )
}
