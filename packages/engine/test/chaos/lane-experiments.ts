import type { Random } from '@regie/engine'
import { pick } from '../seeded-random.ts'
import { CHORD_DEATHS, deathAmongParts, PARTS } from './chord.ts'
import type { Death } from './death.ts'
import { type Finding, lateTakeOvers, type Place, type Strictness } from './experiments.ts'
import { FOLLOWER_PLACES } from './follower.ts'
import { type Lane, PLOTS, type Plot } from './lane.ts'
import { runLanes } from './lane-trial.ts'
import type { LaneVerdict } from './lane-verdict.ts'
import { BACKWARD_PLACES, FORWARD_PLACES, STEPS } from './saga.ts'

const TITLES: Record<Plot, string> = {
  forward: `sagas of ${STEPS} steps that go well`,
  backward: `sagas of ${STEPS} steps whose last fails, and which are undone`,
  chord: `chords of ${PARTS} children and a callback`,
  follower: 'asynchronous projections, following and being built anew',
}

const PROMISES: Record<Plot, string> = {
  forward: 'every step done, recorded once, in its order; the result made of what is recorded',
  backward:
    'every step undone in reverse, none skipped, none that was not done; nothing forward after the ending was recorded',
  chord: 'callback enqueued once, its row and those of the children there once; nothing acknowledged done again',
  follower: 'rows those of the events before the checkpoint at the death; live and replayed the same afterwards',
}

const RANDOM_PARTS = 12

/** How many lanes of each plot a short trial has. */
export const FEW: Readonly<Record<Plot, number>> = { forward: 2, backward: 2, chord: 3, follower: 1 }

/** Every boundary of one plot; of a chord also twelve places among its children. */
function allDeaths(plot: Plot, random: Random): readonly Death[] {
  if (plot === 'forward') return FORWARD_PLACES.map(atOnce)
  if (plot === 'backward') return BACKWARD_PLACES.map(atOnce)
  if (plot === 'follower') return FOLLOWER_PLACES.map(atOnce)
  const among = Array.from({ length: RANDOM_PARTS }, () => deathAmongParts(1 + pick(random, PARTS)))
  return [...CHORD_DEATHS, ...among]
}

/** A few boundaries of every plot, so that each comes up sooner or later. */
export function someLanes(random: Random, numbers: Readonly<Record<Plot, number>>): readonly Lane[] {
  return PLOTS.flatMap((plot) => lanesOf(plot, drawn(allDeaths(plot, random), numbers[plot], random)))
}

/** All lanes of one plot. */
export function allLanes(plot: Plot, random: Random): readonly Lane[] {
  return lanesOf(plot, allDeaths(plot, random))
}

/** Kills a process in each of these lanes, and starts another. */
export async function killInLanes(
  { source, directory }: Place,
  lanes: readonly Lane[],
  strictness: Strictness,
): Promise<Finding> {
  const { deaths, verdicts, takeOvers, problems } = await runLanes({ source, directory, lanes })
  const slowest = Math.max(0, ...takeOvers)
  const missing = deaths === lanes.length ? [] : [`${deaths} processes died where they were to, of ${lanes.length}`]
  const byPlot = [...Map.groupBy(verdicts, ({ lane }) => lane.plot)]
  return {
    title: `${source.kind}: ${deaths} processes killed (kill -9), each at a boundary of work of its own, and one that takes it all over`,
    figures: [
      ...byPlot.flatMap(([plot, own]) => plotFigures(plot, own)),
      `${takeOvers.length} died with runs under way; the last was noticed ${(slowest / 1_000).toFixed(1)} s after the start of the next process`,
    ],
    problems: [...problems, ...missing, ...lateTakeOvers(takeOvers, strictness)],
  }
}

function plotFigures(plot: Plot, verdicts: readonly LaneVerdict[]): readonly string[] {
  const kept = verdicts.filter(({ problems }) => problems.length === 0)
  const sum = (of: 'effects' | 'repeated'): number => verdicts.reduce((total, verdict) => total + verdict[of], 0)
  const places = [...new Set(verdicts.map(({ lane }) => placeOf(lane.death)))]
  return [
    `${verdicts.length} ${TITLES[plot]}, killed at ${places.length > 8 ? `${places.length} places` : places.join(', ')}`,
    `  ${kept.length} of ${verdicts.length}: ${PROMISES[plot]} (${sum('effects')} effects, ${sum('repeated')} of them a second time)`,
  ]
}

const atOnce = (at: string): Death => ({ at, statements: 0 })

const placeOf = ({ at, statements }: Death): string => (statements === 0 ? at : `${at} + ${statements}`)

const lanesOf = (plot: Plot, deaths: readonly Death[]): readonly Lane[] =>
  deaths.map((death, index) => ({ name: `${plot}${index + 1}`, plot, death }))

function drawn(deaths: readonly Death[], number: number, random: Random): readonly Death[] {
  const left = [...deaths]
  return Array.from({ length: number }, () => left.splice(pick(random, left.length), 1)).flat()
}
