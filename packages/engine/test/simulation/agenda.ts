/** Something that is to happen at an instant of virtual time. */
export interface Task {
  readonly due: number
  readonly order: number
}

/** Tasks by instant, those of one instant in the order they came (a binary heap). */
export class Agenda<T extends Task> {
  readonly #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  push(task: T): void {
    let at = this.#heap.push(task) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfBefore(at, parent)) return
      at = parent
    }
  }

  /** Takes the next one out; undefined when nothing is planned. */
  pop(): T | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (first === undefined || last === undefined || this.#heap.length === 0) return first
    this.#heap[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = right < this.#heap.length && isBefore(this.#heap[right], this.#heap[left]) ? right : left
      if (child >= this.#heap.length || !this.#swapIfBefore(child, at)) return first
      at = child
    }
  }

  #swapIfBefore(below: number, above: number): boolean {
    const [lower, upper] = [this.#heap[below], this.#heap[above]]
    if (lower === undefined || upper === undefined || !isBefore(lower, upper)) return false
    this.#heap[above] = lower
    this.#heap[below] = upper
    return true
  }
}

function isBefore(one: Task | undefined, other: Task | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return one.due === other.due ? one.order < other.order : one.due < other.due
}
