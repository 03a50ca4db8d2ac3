import '@xyflow/react/dist/base.css'
import { ActionIcon, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type Edge, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { type FocusEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { Workflow, WorkflowStep } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { isOpen } from '../workflows/step-status.tsx'
import { workflowWords } from '../workflows/words.ts'
import styles from './graph.module.css'
import { BOX, type Placed, picture } from './layout.ts'
import { type BoxNode, StepBox } from './step-box.tsx'

/** What the drawing is made of. */
export interface GraphProps {
  readonly workflow: Workflow
  readonly steps: readonly WorkflowStep[]
  /** Keeps what runs in view. */
  readonly follow: boolean
  /** The person looks at something else. */
  readonly onLeave: () => void
}

const KINDS = { box: StepBox }
// Its own keys are turned off; what it would say of them is English only.
const SILENT = {
  'node.a11yDescription.default': '',
  'node.a11yDescription.keyboardDisabled': '',
  'edge.a11yDescription.default': '',
}
const LEAST_ZOOM = 0.05
const READABLE_ZOOM = 0.85
const MARGIN = 24
const LEAST_HEIGHT = 240
const MOST_HEIGHT = 620
const MOVE_MS = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200

/** The steps as boxes and what followed what, to be walked by arrow keys, moved and enlarged. */
export function Graph(props: GraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  )
}

function Drawing({ workflow, steps, follow, onLeave }: GraphProps) {
  const words = useWords(workflowWords)
  const [chosen] = useSearchText('step')
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const down = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false }) ?? false
  const frame = useRef<HTMLDivElement>(null)
  const flow = useReactFlow<BoxNode>()
  const hasEnded = workflow.endedAt !== undefined
  const drawn = useMemo(
    () => picture(steps, { opened, chosen: chosen === '' ? undefined : chosen, down, hasEnded }),
    [steps, opened, chosen, down, hasEnded],
  )
  const nodes = useMemo(() => {
    const onOpen = (id: string): void => setOpened((before) => new Set([...before, id]))
    return drawn.boxes.map((placed): BoxNode => nodeOf(placed, { workflow, chosen, down, onOpen }))
  }, [drawn, workflow, chosen, down])
  const edges = useMemo(
    () =>
      drawn.lines.map(
        ({ from, to, role }): Edge => ({
          id: `${from}\n${to}`,
          source: from,
          target: to,
          className: role,
          focusable: false,
          // What follows what is said by the order of the boxes; without a label it would get an English one.
          ariaLabel: ' ',
          domAttributes: { 'aria-hidden': true },
          zIndex: role === 'plain' ? 0 : 1,
        }),
      ),
    [drawn],
  )
  const running = useMemo(() => drawn.boxes.findLast(({ steps: inside }) => inside.some(isOpen)), [drawn])
  const show = (box: Pick<Placed, 'x' | 'y'>, zoom = Math.max(READABLE_ZOOM, flow.getZoom())): void =>
    void flow.setCenter(box.x + BOX.width / 2, box.y + BOX.height / 2, { zoom, duration: MOVE_MS })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it moves when what runs does, not with each answer
  useEffect(() => {
    if (follow && running !== undefined) show(running)
  }, [follow, running?.id])
  const bounds = useMemo(() => boundsOf(drawn.boxes), [drawn])
  const start = (): void => {
    const outer = frame.current?.getBoundingClientRect()
    const wanted = drawn.boxes.find(({ steps: [step] }) => step?.name === chosen) ?? (follow ? running : undefined)
    const isSmall =
      outer !== undefined &&
      bounds.width * READABLE_ZOOM < outer.width - 2 * MARGIN &&
      bounds.height * READABLE_ZOOM < outer.height
    if (isSmall) void flow.fitView({ padding: 0.05, maxZoom: 1 })
    else if (wanted !== undefined) show(wanted, READABLE_ZOOM)
    else if (outer !== undefined) {
      // From the beginning on, in the middle of the other direction.
      const zoom = READABLE_ZOOM
      const middle = (size: number, half: number) => size / 2 - half * zoom
      void flow.setViewport(
        down
          ? { x: middle(outer.width, BOX.width / 2), y: MARGIN, zoom }
          : { x: MARGIN, y: middle(outer.height, BOX.height / 2), zoom },
      )
    }
  }
  useEffect(() => {
    const mark = frame.current?.querySelector('.react-flow__attribution a')
    // A name: what it would be called in its stead is English only.
    mark?.setAttribute('translate', 'no')
    mark?.removeAttribute('aria-label')
  }, [])
  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ height: Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, bounds.height + 4 * MARGIN)) }}
      role="group"
      aria-label={words.graphLabel}
      onKeyDown={(event) => {
        if (walk(event, frame.current, down)) onLeave()
      }}
      onFocus={(event) => showFocused(event, frame.current, drawn.boxes, show)}
    >
      <ReactFlow<BoxNode>
        nodes={nodes}
        edges={edges}
        nodeTypes={KINDS}
        onInit={start}
        onMoveStart={(event) => event !== null && onLeave()}
        minZoom={LEAST_ZOOM}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        preventScrolling={false}
        zoomOnScroll={false}
        disableKeyboardA11y
        ariaLabelConfig={SILENT}
        attributionPosition="bottom-left"
      >
        <Panel position="bottom-right" className={styles.controls ?? ''}>
          <Tool icon="minus" label={words.zoomOut} onAct={() => void flow.zoomOut({ duration: MOVE_MS })} />
          <Tool icon="plus" label={words.zoomIn} onAct={() => void flow.zoomIn({ duration: MOVE_MS })} />
          <Tool
            icon="screen"
            label={words.fit}
            onAct={() => {
              onLeave()
              void flow.fitView({ padding: 0.08, duration: MOVE_MS })
            }}
          />
          {opened.size > 0 && <Tool icon="up" label={words.foldAgain} onAct={() => setOpened(new Set())} />}
        </Panel>
      </ReactFlow>
    </div>
  )
}

function boundsOf(boxes: readonly Placed[]): { readonly width: number; readonly height: number } {
  const x = boxes.map((box) => box.x)
  const y = boxes.map((box) => box.y)
  return {
    width: Math.max(...x) - Math.min(...x) + BOX.width,
    height: Math.max(...y) - Math.min(...y) + BOX.height,
  }
}

function Tool({
  icon,
  label,
  onAct,
}: {
  readonly icon: 'minus' | 'plus' | 'screen' | 'up'
  readonly label: string
  readonly onAct: () => void
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onAct}>
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  )
}

function nodeOf(
  placed: Placed,
  about: {
    readonly workflow: Workflow
    readonly chosen: string
    readonly down: boolean
    readonly onOpen: (id: string) => void
  },
): BoxNode {
  const { id, x, y, steps, role } = placed
  const { width, height } = BOX
  const isChosen = role === 'step' && steps.length === 1 && steps[0]?.name === about.chosen
  return {
    id,
    type: 'box',
    position: { x, y },
    width,
    height,
    data: { ...about, placed, chosen: isChosen },
  }
}

/** Moves to the next box in a direction; answers whether it did. */
function walk(event: KeyboardEvent<HTMLDivElement>, frame: HTMLDivElement | null, down: boolean): boolean {
  const from = (event.target as HTMLElement).closest<HTMLElement>('[data-column]')
  const keys = down
    ? { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }
    : { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }
  const step = (keys as Readonly<Record<string, readonly number[]>>)[event.key]
  if (from === null || frame === null || step === undefined) return false
  const [along = 0, across = 0] = step
  const column = Number(from.dataset.column)
  const row = Number(from.dataset.row)
  const faces = [...frame.querySelectorAll<HTMLElement>('[data-column] > a, [data-column] > button')]
  const places = faces.map((face) => ({
    face,
    column: Number(face.parentElement?.dataset.column),
    row: Number(face.parentElement?.dataset.row),
  }))
  const next =
    across === 0
      ? places
          .filter((place) => (place.column - column) * along > 0)
          .toSorted(
            (a, b) =>
              Math.abs(a.column - column) - Math.abs(b.column - column) ||
              Math.abs(a.row - row) - Math.abs(b.row - row),
          )[0]
      : places.find((place) => place.column === column && place.row === row + across)
  if (next === undefined) return false
  event.preventDefault()
  next.face.focus({ preventScroll: true })
  return true
}

/** What has the focus is to be seen. */
function showFocused(
  { target }: FocusEvent<HTMLDivElement>,
  frame: HTMLDivElement | null,
  boxes: readonly Placed[],
  show: (box: Placed) => void,
): void {
  const node = target.closest<HTMLElement>('.react-flow__node')
  const outer = frame?.getBoundingClientRect()
  if (node === null || outer === undefined || !target.matches(':focus-visible')) return
  const inner = node.getBoundingClientRect()
  const isSeen =
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  const box = boxes.find(({ id }) => id === node.dataset.id)
  if (!isSeen && box !== undefined) show(box)
}
