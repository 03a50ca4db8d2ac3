import type { WorkflowStep } from '../api.gen.ts'
import { groupsOf } from '../kit/groups.ts'
import { succession } from './succession.ts'

/** One box of the drawing: a step, or many that look alike. */
export interface Box {
  readonly id: string
  /** In the order of their calls; more than one when they are folded. */
  readonly steps: readonly WorkflowStep[]
  /** Side by side or one after the other, so that it opens into a column or a row. */
  readonly along: 'beside' | 'after'
}

/** Boxes in columns, and which follows which. */
export interface Drawing {
  readonly columns: readonly (readonly Box[])[]
  readonly links: readonly { readonly from: string; readonly to: string }[]
}

/** What shall not be folded away. */
export interface Wishes {
  /** Ids of boxes that were opened. */
  readonly opened: ReadonlySet<string>
  /** Name of a step that somebody looks at. */
  readonly chosen?: string | undefined
}

// As many boxes as can be drawn and taken in; beyond that alike ones are folded, then neighbours.
const MOST_ALIKE = 5
const MOST_BESIDE = 12
const LONGEST_ROW = 6
const MOST_COLUMNS = 60
const PARTS = 12

/** Arranges steps by what came after what; thousands become some dozens of boxes, those that went wrong or are under way apart. */
export function fold(steps: readonly WorkflowStep[], wishes: Wishes): Drawing {
  const { rank, before } = succession(steps)
  // Ranks leave no gap: above each stands the one right before it.
  const waves = groupsOf(steps.keys(), (index) => rank[index] ?? 0)
  const whole = [...waves]
    .toSorted(([a], [b]) => a - b)
    .map(([, wave]) =>
      foldBeside(
        wave.flatMap((index) => steps[index] ?? []),
        wishes,
      ),
    )
  const columns = shorten(foldRows(whole, wishes)).flatMap((column) => openColumn(column, wishes))
  return { columns, links: linksOf(steps, before, columns) }
}

/** Steps that differ in their numbers only, such as `page 1` and `page 2`, are of one family. */
function familyOf({ name, kind }: Pick<WorkflowStep, 'name' | 'kind'>): string {
  return `${kind} ${name.replaceAll(/\d+/g, '#')}`
}

function foldBeside(wave: readonly WorkflowStep[], wishes: Wishes): readonly Box[] {
  if (wave.length <= MOST_ALIKE) return wave.map(single)
  const families = groupsOf(wave, familyOf)
  const boxes = [...families.values()].flatMap((family) => {
    if (family.length <= MOST_ALIKE) return family.map(single)
    const apart = family.filter((step) => standsOut(step, wishes)).slice(0, MOST_ALIKE)
    const rest = family.filter((step) => !apart.includes(step))
    return [...apart.map(single), boxOf(rest, 'beside')]
  })
  if (boxes.length <= MOST_BESIDE) return boxes
  const shown = boxes.filter(({ steps: [step] }, index) => index < MOST_BESIDE / 2 || isChosen(step, wishes))
  const rest = boxes.filter((box) => !shown.includes(box)).flatMap((box) => box.steps)
  return [...shown, boxOf(rest, 'beside')]
}

/** A long row of steps of one family, each after the other, becomes one box; a step that stands out stays apart. */
function foldRows(columns: readonly (readonly Box[])[], wishes: Wishes): readonly (readonly Box[])[] {
  const folded: (readonly Box[])[] = []
  let row: WorkflowStep[] = []
  const close = (): void => {
    if (row.length > LONGEST_ROW) folded.push([boxOf(row, 'after')])
    else folded.push(...row.map((step) => [single(step)]))
    row = []
  }
  for (const column of columns) {
    const [box] = column
    const [step] = box?.steps ?? []
    const plain = column.length === 1 && box?.steps.length === 1 && step !== undefined && !standsOut(step, wishes)
    const [first] = row
    if (plain && (first === undefined || familyOf(first) === familyOf(step))) {
      row.push(step)
      continue
    }
    close()
    if (plain) row.push(step)
    else folded.push(column)
  }
  close()
  return folded
}

/** Too many columns: neighbours share one, as many as must be. */
function shorten(columns: readonly (readonly Box[])[]): readonly (readonly Box[])[] {
  if (columns.length <= MOST_COLUMNS) return columns
  const each = Math.ceil(columns.length / MOST_COLUMNS)
  return chunks(columns, each).map((stretch) => [
    boxOf(
      stretch.flat().flatMap(({ steps }) => steps),
      'after',
    ),
  ])
}

function openColumn(column: readonly Box[], wishes: Wishes): readonly (readonly Box[])[] {
  const [box] = column
  if (column.length === 1 && box?.along === 'after') return openRow(box, wishes)
  return [column.flatMap((each) => openBeside(each, wishes))]
}

function openRow(box: Box, wishes: Wishes): readonly (readonly Box[])[] {
  if (!isOpen(box, wishes)) return [[box]]
  return partsOf(box).flatMap((part) => openRow(part, wishes))
}

function openBeside(box: Box, wishes: Wishes): readonly Box[] {
  return isOpen(box, wishes) ? partsOf(box).flatMap((part) => openBeside(part, wishes)) : [box]
}

function isOpen({ id, steps }: Box, { opened, chosen }: Wishes): boolean {
  return steps.length > 1 && (opened.has(id) || steps.some(({ name }) => name === chosen))
}

function partsOf({ steps, along }: Box): readonly Box[] {
  return chunks(steps, Math.ceil(steps.length / PARTS)).map((part) => boxOf(part, along))
}

function standsOut(step: WorkflowStep, wishes: Wishes): boolean {
  return (step.state !== 'done' && step.state !== 'ended') || isChosen(step, wishes)
}

function isChosen(step: WorkflowStep | undefined, { chosen }: Wishes): boolean {
  return step !== undefined && step.name === chosen
}

function single(step: WorkflowStep): Box {
  return { id: step.name, steps: [step], along: 'beside' }
}

function boxOf(steps: readonly WorkflowStep[], along: Box['along']): Box {
  const [first] = steps
  const last = steps.at(-1)
  if (first !== undefined && first === last) return single(first)
  return { id: `${first?.name} … ${last?.name}`, steps, along }
}

function linksOf(
  steps: readonly WorkflowStep[],
  before: readonly (readonly number[])[],
  columns: readonly (readonly Box[])[],
): Drawing['links'] {
  const boxOfStep = new Map<WorkflowStep, { readonly id: string; readonly column: number }>()
  columns.forEach((column, place) => {
    for (const { id, steps: inside } of column) for (const step of inside) boxOfStep.set(step, { id, column: place })
  })
  const links = new Map<string, { readonly from: string; readonly to: string }>()
  // Steps of a fan-out share what came before them.
  let shared: readonly number[] | undefined
  let done = new Set<string>()
  steps.forEach((step, index) => {
    const to = boxOfStep.get(step)
    const others = before[index] ?? []
    if (others !== shared) done = new Set()
    shared = others
    if (to === undefined || done.has(to.id)) return
    done.add(to.id)
    for (const other of others) {
      const source = steps[other]
      const from = source === undefined ? undefined : boxOfStep.get(source)
      if (from === undefined || from.column >= to.column) continue
      links.set(`${from.id}\n${to.id}`, { from: from.id, to: to.id })
    }
  })
  return [...links.values()]
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
