import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import type { Workflow, WorkflowStep } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { groupsOf } from '../kit/groups.ts'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Moment } from '../kit/moment.tsx'
import { RunStatus } from '../kit/status.tsx'
import { StepStatus, toneOfStep } from '../workflows/step-status.tsx'
import { workflowWords } from '../workflows/words.ts'
import styles from './graph.module.css'
import type { Placed } from './layout.ts'

/** What a box is drawn from. */
export interface BoxContent extends Record<string, unknown> {
  readonly placed: Placed
  readonly workflow: Workflow
  readonly chosen: boolean
  readonly down: boolean
  readonly onOpen: (id: string) => void
}

/** A box as the drawing knows it. */
export type BoxNode = Node<BoxContent, 'box'>

/** The sign of each kind of step. */
const KIND_ICONS: Readonly<Record<WorkflowStep['kind'], IconName>> = {
  step: 'runs',
  call: 'worker',
  many: 'apps',
  sleep: 'clock',
  wait: 'wait',
  signal: 'send',
}

/** A box: a step with its kind and its state, many alike, one that is undone, or an end of the whole. */
export function StepBox({ data: { placed, workflow, chosen, down, onOpen } }: NodeProps<BoxNode>) {
  const words = useWords(workflowWords)
  const { role, steps, critical, id } = placed
  const [step] = steps
  const content =
    step === undefined ? (
      <Terminal role={role} workflow={workflow} />
    ) : role === 'undo' ? (
      <Undo steps={steps} />
    ) : steps.length > 1 ? (
      <Many steps={steps} onOpen={() => onOpen(id)} />
    ) : (
      <One step={step} workflow={workflow} />
    )
  // What is undone goes back in time.
  const sides = [down ? Position.Top : Position.Left, down ? Position.Bottom : Position.Right] as const
  const [into, outOf] = role === 'undo' ? [sides[1], sides[0]] : sides
  return (
    <div
      className={styles.box}
      data-role={role}
      data-tone={step === undefined ? undefined : toneOfStep(step)}
      data-critical={critical || undefined}
      data-chosen={chosen || undefined}
      data-column={placed.column}
      data-row={placed.row}
      data-many={steps.length > 1 || undefined}
    >
      <Handle type="target" position={into} isConnectable={false} />
      {content}
      {critical && <span className="unseen">{words.onCriticalPath}</span>}
      <Handle type="source" position={outOf} isConnectable={false} />
    </div>
  )
}

function One({ step, workflow }: { readonly step: WorkflowStep; readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const { duration } = useFigures()
  const { name, kind, startedAt, endedAt, dueAt } = step
  const waits = workflow.waitingFor.find((each) => each.step === name)
  return (
    <Go to={`/workflows/${workflow.id}`} search={{ view: 'graph', step: name }} className={styles.face}>
      <span className={styles.name}>
        <Icon name={KIND_ICONS[kind]} size={13} /> <span className="unseen">{words.kinds[kind]}</span>
        <span translate="no" title={name}>
          {name}
        </span>
      </span>
      <span className={styles.line}>
        <StepStatus step={step} />
        <span className={styles.more}>
          {waits !== undefined ? (
            <code translate="no">{waits.signal}</code>
          ) : dueAt !== undefined ? (
            <Moment at={dueAt} />
          ) : endedAt !== undefined ? (
            <span translate="no">{duration(Date.parse(endedAt) - Date.parse(startedAt))}</span>
          ) : null}
        </span>
      </span>
    </Go>
  )
}

function Many({ steps, onOpen }: { readonly steps: readonly WorkflowStep[]; readonly onOpen: () => void }) {
  const words = useWords(workflowWords)
  const { count } = useFigures()
  const states = [...groupsOf(steps, ({ state }) => state)].toSorted(([, a], [, b]) => b.length - a.length)
  const [first] = steps
  return (
    <button type="button" className={styles.face} aria-expanded={false} onClick={onOpen}>
      <span className={styles.name} translate="no" title={`${first?.name} … ${steps.at(-1)?.name}`}>
        {first?.name} … {steps.at(-1)?.name}
      </span>
      <span className={styles.line}>
        {states.slice(0, 1).map(([state, [step]]) => step !== undefined && <StepStatus key={state} step={step} />)}
        <span className={styles.more}>{words.folded(count(steps.length))}</span>
      </span>
    </button>
  )
}

function Undo({ steps }: { readonly steps: readonly WorkflowStep[] }) {
  const words = useWords(workflowWords)
  const { count } = useFigures()
  const [step] = steps
  if (step === undefined) return null
  return (
    <div className={styles.face}>
      <span className={styles.name}>
        <Icon name="left" size={13} /> {words.undoOf}{' '}
        <span translate="no" title={step.name}>
          {step.name}
        </span>
      </span>
      <span className={styles.line}>
        <StepStatus step={step} />
        {steps.length > 1 && <span className={styles.more}>{words.folded(count(steps.length))}</span>}
      </span>
    </div>
  )
}

function Terminal({ role, workflow }: { readonly role: Placed['role']; readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  return (
    <div className={styles.face}>
      <span className={styles.name}>{role === 'begin' ? words.began : words.end}</span>
      <span className={styles.line}>
        {role === 'begin' ? <Moment at={workflow.createdAt} exact /> : <RunStatus state={workflow.state} workflow />}
      </span>
    </div>
  )
}
