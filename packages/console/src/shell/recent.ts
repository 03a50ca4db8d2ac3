/** A page of one thing that was looked at: what it is called, and the list it belongs to. */
export interface Recent {
  readonly text: string
  readonly to: string
  /** The path of the list. */
  readonly up: string
}

const MOST = 8
const PLACE = 'regie.recent'

/** What was looked at in this browser since the sign-in, the latest first. */
export function recent(): readonly Recent[] {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? '[]') as Recent[]
  } catch {
    // Storage that is refused or broken is no reason not to work.
    return []
  }
}

/** Remembers one; what came before it for long is forgotten. */
export function remember(visited: Recent): void {
  keep([visited, ...recent().filter(({ to }) => to !== visited.to)].slice(0, MOST))
}

/** Whoever sits here next is not told. */
export function forgetRecent(): void {
  keep([])
}

function keep(list: readonly Recent[]): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(list))
  } catch {
    // Then there are none.
  }
}
