import { ActionIcon, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import type { Workflow, WorkflowStep } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { type Column, DataTable } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Count, Duration, Moment, useNow } from '../kit/moment.tsx'
import styles from './gantt.module.css'
import { Axis, type Ticks, useTicks } from './gantt-axis.tsx'
import { Bar, Hatching } from './gantt-bar.tsx'
import { Overview } from './gantt-overview.tsx'
import { GanttReader } from './gantt-reader.tsx'
import { isOpen, lengthOf, StepSign, StepStatus } from './step-status.tsx'
import type { Range } from './time-axis.ts'
import { CLOSER, useRange, type View } from './use-range.ts'
import { workflowWords } from './words.ts'

const NUDGE = 0.2
const GUESSED_PX = 500

/** The steps as a table whose bars draw them over time. */
export function Gantt({
  workflow,
  steps,
  path,
  tools,
  follow,
  onLeave,
}: {
  readonly workflow: Workflow
  readonly steps: readonly WorkflowStep[]
  /** Those that made it take as long as it did. */
  readonly path: ReadonlySet<WorkflowStep | undefined>
  readonly tools: ReactNode
  /** Keeps what runs in view. */
  readonly follow: boolean
  readonly onLeave: () => void
}) {
  const words = useWords(workflowWords)
  const frame = useRef<HTMLDivElement>(null)
  const whole = useWhole(steps, workflow)
  const view = useRange(whole)
  const [width, setWidth] = useState(GUESSED_PX)
  const ticks = useTicks(view.range, whole.from, width)
  const said = useSaid(view, ticks)
  const columns = useColumns({ id: workflow.id, view, ticks, path, onWidth: setWidth })
  const { from, to } = view.range
  const first = useMemo(
    () => steps.findIndex(({ startedAt }) => Date.parse(startedAt) >= from && Date.parse(startedAt) <= to),
    [steps, from, to],
  )
  const followed = follow ? steps.findLastIndex(isOpen) : view.isZoomed ? first : -1
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = actOf(event.key, view)
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for what is focused within it
    <div ref={frame} className={styles.gantt} onKeyDown={onKeyDown}>
      <Hatching />
      <div className={styles.head}>
        <Overview steps={steps} view={view} said={said} />
        <ZoomButtons view={view} />
        <span className={styles.said} role="status" translate="no">
          {said}
        </span>
      </div>
      <DataTable
        id="steps"
        label={words.steps}
        rows={steps}
        rowKey={({ name }) => name}
        columns={columns}
        tools={
          <>
            {tools}
            <Legend />
          </>
        }
        // There is no room for both beside each other.
        line={(step, isNarrow) =>
          isNarrow && <Bar step={step} whole={view.whole} range={view.range} ticks={ticks} critical={path.has(step)} />
        }
        follow={followed < 0 ? undefined : { index: followed, onLeave }}
      />
      <GanttReader frame={frame} steps={steps} view={view} stepMs={ticks.stepMs} />
    </div>
  )
}

function actOf(key: string, view: View): (() => void) | undefined {
  if (key === '+' || key === '=') return () => view.zoom(CLOSER)
  if (key === '-') return () => view.zoom(1 / CLOSER)
  if (key === '0') return () => view.show(undefined)
  if (!view.isZoomed) return undefined
  if (key === 'ArrowLeft') return () => view.pan(-NUDGE)
  return key === 'ArrowRight' ? () => view.pan(NUDGE) : undefined
}

/** From when the workflow was there to its end, or till now; a fork has steps that are older than itself. */
function useWhole(steps: readonly WorkflowStep[], { createdAt, endedAt }: Workflow): Range {
  const created = Date.parse(createdAt)
  const ended = endedAt === undefined ? undefined : Date.parse(endedAt)
  const { from, to } = useMemo(() => {
    let range = { from: created, to: created + 1 }
    for (const step of steps)
      range = {
        from: Math.min(range.from, Date.parse(step.startedAt)),
        to: Math.max(range.to, Date.parse(step.endedAt ?? step.startedAt)),
      }
    return range
  }, [steps, created])
  return { from, to: Math.max(ended ?? Date.now(), to) }
}

function useSaid({ range, whole, isZoomed }: View, { stepMs }: Ticks): string {
  const words = useWords(workflowWords)
  const { lapse, duration } = useFigures()
  const length = whole.to - whole.from
  if (!isZoomed) return words.wholeShown(duration(length))
  const exact = Math.min(1_000, stepMs / 10)
  const said = (at: number): string => lapse(at - whole.from, exact)
  return words.partShown(said(range.from), said(range.to), lapse(length, 1_000))
}

function ZoomButtons({ view }: { readonly view: View }) {
  const words = useWords(workflowWords)
  const button = (label: string, icon: IconName, key: string, act: () => void, disabled = false) => (
    <Tooltip label={`${label} (${key})`}>
      <ActionIcon
        variant="default"
        aria-label={label}
        aria-keyshortcuts={key}
        {...(disabled && { 'data-disabled': true, 'aria-disabled': true })}
        onClick={() => disabled || act()}
      >
        <Icon name={icon} size={14} />
      </ActionIcon>
    </Tooltip>
  )
  return (
    <span className={styles.buttons}>
      {button(words.closer, 'plus', '+', () => view.zoom(CLOSER))}
      {button(words.further, 'minus', '-', () => view.zoom(1 / CLOSER), !view.isZoomed)}
      {button(words.showAll, 'fit', '0', () => view.show(undefined), !view.isZoomed)}
    </span>
  )
}

/** What the shapes stand for; colours are those of the states. */
function Legend() {
  const words = useWords(workflowWords)
  return (
    <span className={styles.legend}>
      <span data-shape="works">{words.shapeWorks}</span>
      <span data-shape="waits">{words.shapeWaits}</span>
      <span data-shape="again">{words.shapeAgain}</span>
    </span>
  )
}

function useColumns({
  id,
  view,
  ticks,
  path,
  onWidth,
}: {
  readonly id: number
  readonly view: View
  readonly ticks: Ticks
  readonly path: ReadonlySet<WorkflowStep | undefined>
  readonly onWidth: (px: number) => void
}): readonly Column<WorkflowStep>[] {
  const words = useWords(workflowWords)
  const narrow = useMediaQuery('(max-width: 640px)') ?? false
  return [
    {
      id: 'step',
      title: words.step,
      ...(narrow && { head: <Axis title={words.step} ticks={ticks} onWidth={onWidth} /> }),
      width: 200,
      phone: true,
      cell: (step) => (
        <>
          <StepSign step={step} className={styles.sign} />
          <Go to={`/workflows/${id}`} search={{ step: step.name, range: view.text }}>
            <span translate="no" title={step.name}>
              {step.name}
            </span>
          </Go>
          {path.has(step) && <span className="unseen"> {words.onCriticalPath}</span>}
        </>
      ),
    },
    { id: 'state', title: words.state, width: 130, cell: (step) => <StepStatus step={step} /> },
    {
      id: 'span',
      title: words.span,
      head: <Axis title={words.span} ticks={ticks} onWidth={onWidth} />,
      width: 220,
      grow: true,
      cell: (step) => <Bar step={step} whole={view.whole} range={view.range} ticks={ticks} critical={path.has(step)} />,
    },
    { id: 'took', title: words.took, width: 84, end: true, cell: (step) => <Took step={step} /> },
    { id: 'kind', title: words.kind, width: 104, cell: ({ kind }) => words.kinds[kind] },
    {
      id: 'attempt',
      title: words.attempt,
      width: 90,
      end: true,
      extra: true,
      cell: ({ attempt }) => <Count value={attempt} />,
    },
    {
      id: 'began',
      title: words.began,
      width: 130,
      extra: true,
      cell: ({ startedAt }) => <Moment at={startedAt} exact />,
    },
  ]
}

function Took({ step }: { readonly step: WorkflowStep }) {
  return <Duration ms={lengthOf(step, useNow())} />
}
