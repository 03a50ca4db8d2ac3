import type { WorkflowStep } from '../api.gen.ts'
import { criticalPath } from './critical-path.ts'
import { type Box, fold, type Wishes } from './fold.ts'

/** Size of a box, in the units of the drawing. */
export const BOX = { width: 196, height: 58 }
const GAP = { along: 44, across: 18 }

/** A box with its place. */
export interface Placed {
  readonly id: string
  /** `undo`: the way back of a step. */
  readonly role: 'step' | 'undo' | 'begin' | 'end'
  /** Empty for the two ends. */
  readonly steps: readonly WorkflowStep[]
  readonly x: number
  readonly y: number
  readonly column: number
  readonly row: number
  /** On the way that decided how long it all took. */
  readonly critical: boolean
}

/** A line between two boxes. */
export interface Line {
  readonly from: string
  readonly to: string
  readonly role: 'plain' | 'critical' | 'undo'
}

/** The whole drawing. */
export interface Picture {
  readonly boxes: readonly Placed[]
  readonly lines: readonly Line[]
}

const BEGIN = 'begin\n'
const END = 'end\n'
const MOST_UNDOS = 12

/** Places everything; time goes to the right, or `down` on a narrow screen. What was undone comes back below, the latest first. */
export function picture(
  steps: readonly WorkflowStep[],
  { down = false, hasEnded, ...wishes }: Wishes & { readonly down?: boolean; readonly hasEnded: boolean },
): Picture {
  const { columns, links } = fold(steps, wishes)
  const path = new Set(criticalPath(steps).map((index) => steps[index]))
  const isCritical = ({ steps: inside }: Pick<Box, 'steps'>): boolean => inside.some((step) => path.has(step))
  const at = (column: number, row: number, rows: number): Pick<Placed, 'x' | 'y' | 'column' | 'row'> => {
    const [long, wide] = down ? [BOX.height, BOX.width] : [BOX.width, BOX.height]
    const along = column * (long + GAP.along)
    const across = (row - (rows - 1) / 2) * (wide + GAP.across)
    return { column, row, ...(down ? { x: across, y: along } : { x: along, y: across }) }
  }
  const last = columns.length + 1
  const begin: Placed = { id: BEGIN, role: 'begin', steps: [], critical: false, ...at(0, 0, 1) }
  const end: Placed = { id: END, role: 'end', steps: [], critical: false, ...at(last, 0, 1) }
  const middle = columns.flatMap((column, place) =>
    column.map(
      (box, row): Placed => ({
        id: box.id,
        role: 'step',
        steps: box.steps,
        critical: isCritical(box),
        ...at(place + 1, row, column.length),
      }),
    ),
  )
  const critical = new Set(middle.filter((box) => box.critical).map(({ id }) => id))
  const sources = new Set(links.map(({ from }) => from))
  const targets = new Set(links.map(({ to }) => to))
  const line = (from: string, to: string, both: boolean): Line => ({ from, to, role: both ? 'critical' : 'plain' })
  const lines = [
    ...middle.filter(({ id }) => !targets.has(id)).map(({ id }) => line(BEGIN, id, critical.has(id))),
    ...links.map(({ from, to }) => line(from, to, critical.has(from) && critical.has(to))),
    ...(hasEnded ? middle.filter(({ id }) => !sources.has(id)).map(({ id }) => line(id, END, critical.has(id))) : []),
  ]
  const back = wayBack(steps, columns.length, widest(columns))
  return {
    boxes: [begin, ...middle, ...back.boxes, ...(hasEnded ? [end] : [])],
    lines: [...lines, ...back.lines],
  }

  function wayBack(all: readonly WorkflowStep[], from: number, rows: number): Picture {
    const undone = all.filter(({ state }) => state === 'undone' || state === 'undoing').toReversed()
    // One row back below the widest column, never longer than the way there.
    const most = Math.min(MOST_UNDOS, Math.max(1, from))
    const apart = undone.length > most ? most - 1 : most
    const groups = [...undone.slice(0, apart).map((step) => [step]), undone.slice(apart)].filter(
      ({ length }) => length > 0,
    )
    const below = ((rows + 1) / 2) * ((down ? BOX.width : BOX.height) + GAP.across) + GAP.across
    const boxes = groups.map(
      (inside, index): Placed => ({
        ...at(Math.max(1, from - index), 0, 1),
        ...(down ? { x: below } : { y: below }),
        row: rows,
        id: `undo\n${inside[0]?.name}`,
        role: 'undo',
        steps: inside,
        critical: false,
      }),
    )
    const ids = [middle.at(-1)?.id, ...boxes.map(({ id }) => id)].filter((id) => id !== undefined)
    return { boxes, lines: ids.slice(1).map((to, index) => ({ from: ids[index] ?? '', to, role: 'undo' })) }
  }
}

function widest(columns: readonly (readonly Box[])[]): number {
  return Math.max(1, ...columns.map(({ length }) => length))
}
