import { createEngine, type DatabaseSource, type Engine, type JobCall, type Logger } from '@regie/engine'
import { chordOf } from './chord.ts'
import { type Death, openWatched, type Witness } from './death.ts'
import { followerOf } from './follower.ts'
import { saga } from './saga.ts'

/** What happens in a lane: a saga that goes well, one that is undone, a chord, or a projection that follows events. */
export const PLOTS = ['forward', 'backward', 'chord', 'follower'] as const

/** One of them. */
export type Plot = (typeof PLOTS)[number]

/** One work of its own in a queue of its own, and where the process that does it dies. Many lanes share a store. */
export interface Lane {
  /** Letters and digits. */
  readonly name: string
  readonly plot: Plot
  readonly death: Death
}

/** An engine for some lanes, and what belongs to each of them. */
export interface LaneEngine {
  readonly engine: Engine
  /** What is enqueued in this lane, if anything. */
  call(lane: Lane): JobCall | undefined
  follower(lane: Lane): ReturnType<typeof followerOf>
}

/** Makes an engine that knows these lanes and no others. `watched`: fate is told of each statement. */
export async function createLaneEngine(
  source: DatabaseSource,
  lanes: readonly Lane[],
  witness: Witness,
  { log, watched = false }: { readonly log?: Logger; readonly watched?: boolean } = {},
): Promise<LaneEngine> {
  const ofPlot = (plot: Plot): readonly string[] => lanes.filter((lane) => lane.plot === plot).map(({ name }) => name)
  const chords = new Map(ofPlot('chord').map((name) => [name, chordOf(name)]))
  const followers = new Map(ofPlot('follower').map((name) => [name, followerOf(name, witness.fate)]))
  const engine = await createEngine({
    database: watched ? await openWatched(source, witness.fate) : source,
    jobs: [saga, ...[...chords.values()].flatMap(({ jobs }) => jobs)],
    events: [...followers.values()].map(({ event }) => event),
    projections: [...followers.values()].map(({ projection }) => projection),
    queues: Object.fromEntries(lanes.map(({ name }) => [name, {}])),
    services: witness,
    ...(log === undefined ? {} : { log }),
  })
  return {
    engine,
    call({ name, plot, death }) {
      if (plot === 'follower') return undefined
      if (plot === 'chord') return chords.get(name)?.call()
      return saga.with({ lane: name, fails: plot === 'backward', tempted: death.at.startsWith('undo') })
    },
    follower({ name }) {
      const found = followers.get(name)
      if (found === undefined) throw new Error(`nothing follows events in the lane ${name}`)
      return found
    },
  }
}
