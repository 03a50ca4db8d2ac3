import type { ClaimedBatch } from '../store/hot.ts'
import type { LeaseRest } from '../store/leases.ts'

/**
 * What this worker holds: which runs of which lease are not yet written down as ended or gone elsewhere. A run leaves the
 * book only after the commit that says so; until then a crash must give it to somebody else.
 */
export class LeaseBook {
  readonly #leases = new Map<number, Map<number, number>>()
  readonly #leaseOf = new Map<number, number>()

  add({ leaseId, runs }: ClaimedBatch): void {
    this.#leases.set(leaseId, new Map(runs.map(({ id, attempt }) => [id, attempt])))
    for (const { id } of runs) this.#leaseOf.set(id, leaseId)
  }

  /** Crosses runs out. */
  remove(ids: Iterable<number>): void {
    for (const id of ids) {
      this.#leases.get(this.#leaseOf.get(id) ?? -1)?.delete(id)
      this.#leaseOf.delete(id)
    }
  }

  /** Leases that are empty once `ending` are written: they go with the same commit. */
  closing(ending: ReadonlySet<number>): readonly number[] {
    const touched = new Set([...ending].map((id) => this.#leaseOf.get(id)))
    return [...this.#leases].flatMap(([lease, runs]) => {
      if (runs.size > 0 && !touched.has(lease)) return []
      return [...runs.keys()].every((id) => ending.has(id)) ? [lease] : []
    })
  }

  /** What the leases of `moving` still cover without them. */
  rests(moving: ReadonlySet<number>): readonly LeaseRest[] {
    const touched = new Set([...moving].flatMap((id) => this.#leaseOf.get(id) ?? []))
    return [...touched].map((lease) => {
      const left = [...(this.#leases.get(lease) ?? [])].filter(([id]) => !moving.has(id))
      return { id: lease, ids: left.map(([id]) => id), attempts: left.map(([, attempt]) => attempt) }
    })
  }

  forget(leases: readonly number[]): void {
    for (const lease of leases) this.#leases.delete(lease)
  }

  /** Every lease in the book. */
  get leases(): readonly number[] {
    return [...this.#leases.keys()]
  }

  /** The runs a lease still covers. */
  runsOf(lease: number): readonly number[] {
    return [...(this.#leases.get(lease)?.keys() ?? [])]
  }

  knows(lease: number): boolean {
    return this.#leases.has(lease)
  }

  clear(): void {
    this.#leases.clear()
    this.#leaseOf.clear()
  }
}
