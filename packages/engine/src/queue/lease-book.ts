import type { ClaimedBatch, ClaimedRun } from '../store/hot.ts'
import type { LeaseRest } from '../store/leases.ts'

/**
 * What this worker holds: which runs of which lease are not yet written down as ended or gone elsewhere. A run leaves the
 * book only after the commit that says so; until then a crash must give it to somebody else.
 *
 * A claim may be lost with a crash of the server while its worker lives, and the same run be claimed again by the same
 * worker. So the book knows claims, not only numbers: what the first handler still says is not about the second claim.
 */
export class LeaseBook {
  readonly #leases = new Map<number, Map<number, ClaimedRun>>()
  readonly #leaseOf = new Map<number, number>()

  add({ leaseId, runs }: ClaimedBatch): void {
    for (const { id } of runs) {
      const lost = this.#leaseOf.get(id)
      if (lost !== undefined) this.#leases.get(lost)?.delete(id)
      this.#leaseOf.set(id, leaseId)
    }
    this.#leases.set(leaseId, new Map(runs.map((run) => [run.id, run])))
  }

  /** True while this very claim is in the book. */
  holds(run: ClaimedRun): boolean {
    return this.#leases.get(this.#leaseOf.get(run.id) ?? -1)?.get(run.id) === run
  }

  /** Crosses claims out. */
  remove(runs: Iterable<ClaimedRun>): void {
    for (const run of runs) {
      if (!this.holds(run)) continue
      this.#leases.get(this.#leaseOf.get(run.id) ?? -1)?.delete(run.id)
      this.#leaseOf.delete(run.id)
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
      return { id: lease, ids: left.map(([id]) => id), attempts: left.map(([, { attempt }]) => attempt) }
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
  runsOf(lease: number): readonly ClaimedRun[] {
    return [...(this.#leases.get(lease)?.values() ?? [])]
  }

  knows(lease: number): boolean {
    return this.#leases.has(lease)
  }

  clear(): void {
    this.#leases.clear()
    this.#leaseOf.clear()
  }
}
