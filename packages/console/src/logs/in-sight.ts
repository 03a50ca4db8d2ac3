/** The height of a line in pixels. */
export const LINE_PX = 24

// Drawn beyond the edges, so that scrolling meets no gap.
const BEYOND = 20

/** Where somebody looks at a list of lines, in pixels. */
export interface Sight {
  readonly top: number
  readonly height: number
  /** The end of the list stays in sight, whatever its length. */
  readonly follows: boolean
}

/** Which lines are drawn: from `first` up to, but without, `end`. All are of one height, so none has to be measured. */
export function inSight(
  count: number,
  { top, height, follows }: Sight,
): { readonly first: number; readonly end: number } {
  const shown = Math.ceil(height / LINE_PX) + 1
  const from = follows ? count - shown : Math.min(Math.floor(top / LINE_PX), count - shown)
  return { first: Math.max(0, from - BEYOND), end: Math.min(count, Math.max(0, from) + shown + BEYOND) }
}
