import { SegmentedControl, Switch, Tooltip } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import type { Step, Workflow } from '../api.gen.ts'
import { criticalPath } from '../graph/critical-path.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { type Column, DataTable } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Duration, Moment, useNow } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { Failed, Loading } from '../kit/states.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { isOpen, StepStatus, toneOfStep } from './step-status.tsx'
import { useSteps } from './use-steps.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

/** From when to when the bars go, in milliseconds. */
interface Span {
  readonly from: number
  readonly to: number
}

// Only who looks at the graph loads what draws it.
const Graph = lazy(async () => ({ default: (await import('../graph/graph.tsx')).Graph }))

/** The steps as a table whose last column draws them over time, or as a graph; however many there are, few elements exist. */
export function Steps({ workflow }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const [view, setView] = useSearchText('view')
  const hasEnded = workflow.endedAt !== undefined
  const [follow, setFollow] = useState(!hasEnded)
  const { steps, isPartial, query } = useSteps(workflow.id, hasEnded)
  const path = useMemo(() => new Set(criticalPath(steps ?? []).map((index) => steps?.[index])), [steps])
  const isGraph = view === 'graph'
  const follows = follow && !hasEnded
  const some = steps !== undefined && steps.length > 0
  const tools = some && (
    <StepTools steps={steps} path={path} isPartial={isPartial}>
      {!hasEnded && (
        <Tooltip label={words.followAbout}>
          <Switch
            size="sm"
            label={words.follow}
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
        </Tooltip>
      )}
    </StepTools>
  )
  return (
    <Section
      title={words.steps}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={words.view}
          value={isGraph ? 'graph' : 'list'}
          onChange={(next) => setView(next === 'graph' ? 'graph' : '')}
          data={[
            { value: 'list', label: words.list },
            { value: 'graph', label: words.graph },
          ]}
        />
      }
      flush
    >
      {steps === undefined && query.error === null && <Loading />}
      {steps === undefined && query.error !== null && (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      )}
      {steps?.length === 0 && <p className={styles.none}>{words.noSteps}</p>}
      {some && isGraph && (
        <>
          <div className={styles.tools}>{tools}</div>
          <Suspense fallback={<Loading />}>
            <Graph workflow={workflow} steps={steps} follow={follows} onLeave={() => setFollow(false)} />
          </Suspense>
        </>
      )}
      {some && !isGraph && (
        <Table
          workflow={workflow}
          steps={steps}
          path={path}
          tools={tools}
          follow={follows}
          onLeave={() => setFollow(false)}
        />
      )}
    </Section>
  )
}

type Path = ReadonlySet<Step | undefined>

function StepTools({
  steps,
  path,
  isPartial,
  children,
}: {
  readonly steps: readonly Step[]
  readonly path: Path
  readonly isPartial: boolean
  readonly children: ReactNode
}) {
  const words = useWords(workflowWords)
  const { count, duration } = useFigures()
  const now = useNow()
  const tookMs = [...path].reduce((sum, step) => sum + (step === undefined ? 0 : lengthOf(step, now)), 0)
  return (
    <>
      <span className="soft">
        {isPartial ? words.stepsLoading(count(steps.length)) : words.stepsCount(count(steps.length))}
      </span>
      <span className={styles.legend} title={words.criticalAbout}>
        {words.critical(duration(tookMs))}
      </span>
      {children}
    </>
  )
}

function Table({
  workflow,
  steps,
  path,
  tools,
  follow,
  onLeave,
}: {
  readonly workflow: Workflow
  readonly steps: readonly Step[]
  readonly path: Path
  readonly tools: ReactNode
  readonly follow: boolean
  readonly onLeave: () => void
}) {
  const words = useWords(workflowWords)
  const span = useSpan(steps, workflow)
  const columns = useColumns(workflow.id, span, path)
  return (
    <DataTable
      id="steps"
      label={words.steps}
      rows={steps}
      rowKey={({ name }) => name}
      columns={columns}
      tools={tools}
      follow={follow ? { index: steps.findLastIndex(isOpen), onLeave } : undefined}
    />
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

function useColumns(id: number, span: Span, path: Path): readonly Column<Step>[] {
  const words = useWords(workflowWords)
  return [
    {
      id: 'step',
      title: words.step,
      width: 200,
      phone: true,
      cell: (step) => (
        <>
          <Go to={`/workflows/${id}`} search={{ step: step.name }}>
            <span translate="no" title={step.name}>
              {step.name}
            </span>
          </Go>
          {path.has(step) && <span className="unseen"> {words.onCriticalPath}</span>}
        </>
      ),
    },
    { id: 'state', title: words.state, width: 140, phone: true, cell: (step) => <StepStatus step={step} /> },
    {
      id: 'span',
      title: words.span,
      width: 220,
      grow: true,
      cell: (step) => <Bar step={step} span={span} critical={path.has(step)} />,
    },
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

function Took({ step }: { readonly step: Step }) {
  return <Duration ms={lengthOf(step, useNow())} />
}

function lengthOf({ startedAt, endedAt }: Step, now: number): number {
  return Math.max(0, (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt))
}

const LEAST = 0.4

/** One step of the Gantt chart, in percent of the whole. Its words stand in the columns beside it. */
function Bar({ step, span, critical }: { readonly step: Step; readonly span: Span; readonly critical: boolean }) {
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
        data-critical={critical || undefined}
      />
    </svg>
  )
}
