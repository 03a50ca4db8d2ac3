import { useMemo } from 'react'
import type { Step, Workflow } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { type Column, DataTable } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Duration, Moment, useNow } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { Failed, Loading } from '../kit/states.tsx'
import { StepStatus, toneOfStep } from './step-status.tsx'
import { useSteps } from './use-steps.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

/** From when to when the bars go, in milliseconds. */
interface Span {
  readonly from: number
  readonly to: number
}

/** The steps as a table whose last column draws them over time; only rows in sight exist, however many there are. */
export function Steps({ workflow }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const { count } = useFigures()
  const { steps, isPartial, query } = useSteps(workflow.id, workflow.endedAt !== undefined)
  const span = useSpan(steps ?? [], workflow)
  const columns = useColumns(workflow.id, span)
  return (
    <Section title={words.steps} flush>
      {steps === undefined && query.error === null && <Loading />}
      {steps === undefined && query.error !== null && (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      )}
      {steps?.length === 0 && <p className={styles.none}>{words.noSteps}</p>}
      {steps !== undefined && steps.length > 0 && (
        <DataTable
          id="steps"
          label={words.steps}
          rows={steps}
          rowKey={({ name }) => name}
          columns={columns}
          tools={
            <span className="soft" role="status">
              {isPartial ? words.stepsLoading(count(steps.length)) : words.stepsCount(count(steps.length))}
            </span>
          }
        />
      )}
    </Section>
  )
}

function useSpan(steps: readonly Step[], { createdAt, endedAt }: Workflow): Span {
  const ended = endedAt === undefined ? undefined : Date.parse(endedAt)
  const latest = useMemo(
    () => steps.reduce((most, step) => Math.max(most, Date.parse(step.endedAt ?? step.startedAt)), 0),
    [steps],
  )
  const from = Date.parse(createdAt)
  return { from, to: Math.max(ended ?? Date.now(), latest, from + 1) }
}

function useColumns(id: number, span: Span): readonly Column<Step>[] {
  const words = useWords(workflowWords)
  return [
    {
      id: 'step',
      title: words.step,
      width: 200,
      phone: true,
      cell: ({ name }) => (
        <Go to={`/workflows/${id}`} search={{ step: name }}>
          <span translate="no" title={name}>
            {name}
          </span>
        </Go>
      ),
    },
    { id: 'state', title: words.state, width: 120, phone: true, cell: (step) => <StepStatus step={step} /> },
    { id: 'span', title: words.span, width: 220, grow: true, cell: (step) => <Bar step={step} span={span} /> },
    { id: 'took', title: words.took, width: 90, end: true, cell: (step) => <Took step={step} /> },
    { id: 'kind', title: words.kind, width: 90, cell: ({ kind }) => words.kinds[kind] },
    { id: 'attempt', title: words.attempt, width: 90, end: true, cell: ({ attempt }) => <Count value={attempt} /> },
    {
      id: 'began',
      title: words.began,
      width: 130,
      extra: true,
      cell: ({ startedAt }) => <Moment at={startedAt} exact />,
    },
  ]
}

function Took({ step: { startedAt, endedAt } }: { readonly step: Step }) {
  const now = useNow()
  return <Duration ms={Math.max(0, (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt))} />
}

const LEAST = 0.4

/** One step of the Gantt chart, in percent of the whole. Its words stand in the columns beside it. */
function Bar({ step, span }: { readonly step: Step; readonly span: Span }) {
  const percent = (at: number): number => (100 * (at - span.from)) / (span.to - span.from)
  const start = Math.min(Math.max(0, percent(Date.parse(step.startedAt))), 100 - LEAST)
  const end = step.endedAt === undefined ? 100 : percent(Date.parse(step.endedAt))
  return (
    <svg className={styles.bar} width="100%" height={16} aria-hidden="true">
      <line x1="0" x2="100%" y1="8" y2="8" />
      <rect
        x={`${start}%`}
        width={`${Math.max(LEAST, Math.min(end, 100) - start)}%`}
        y={3}
        height={10}
        rx={2}
        data-tone={toneOfStep(step)}
        data-open={step.endedAt === undefined || undefined}
      />
    </svg>
  )
}
