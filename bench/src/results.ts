import type { Contestant } from './contestant.ts'
import type { Machine } from './machine.ts'
import type { Sample } from './measure.ts'
import type { Figure, Sizes } from './rows.ts'

/** One whole run of the bench, as it is stored. */
export interface Results {
  readonly date: string
  readonly command: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly sizes: Sizes
  readonly contestants: readonly Omit<Contestant, 'open'>[]
  /** Contestants that could not take part, and why. */
  readonly absent: Readonly<Record<string, string>>
  readonly samples: readonly Sample[]
}

/** The median over the repeats; absent when there is no figure. */
export function median(results: Results, figure: Figure, contestant: string): number | undefined {
  const values = results.samples
    .filter((sample) => sample.contestant === contestant)
    .map((sample) => sample.values[figure.name])
    .filter((value) => value !== undefined)
    .toSorted((a, b) => a - b)
  return values[Math.floor(values.length / 2)]
}

/** The best ranked peer in one figure. */
export function bestPeer(
  results: Results,
  figure: Figure,
): { readonly title: string; readonly value: number } | undefined {
  const peers = results.contestants
    .filter((contestant) => contestant.ranked && !contestant.ours)
    .map(({ name, title }) => ({ title, value: median(results, figure, name) }))
    .filter((peer): peer is { title: string; value: number } => peer.value !== undefined)
    .toSorted((a, b) => (figure.better === 'more' ? b.value - a.value : a.value - b.value))
  return peers[0]
}

/** How many times better than a peer: 2 is twice as good, 0.5 half as good, whatever the unit. */
export function lead(figure: Figure, own: number, peer: number): number {
  return figure.better === 'more' ? own / peer : peer / own
}
