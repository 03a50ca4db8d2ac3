import { chord, group, type JobCall, type JobContext, job } from '@regie/engine'
import { z } from 'zod'
import { CHILDREN, type Death, type Witness } from './death.ts'
import type { LaneTables } from './lane-store.ts'

/** Children of a chord. */
export const PARTS = 100
/** What its callback makes of their results. */
export const TOTAL = (PARTS * (PARTS - 1)) / 2

const retry = { attempts: 20, base: '50ms', max: '1s' } as const

/** The jobs of one lane's chord, in a queue of their own, and the call. */
export function chordOf(lane: string) {
  let begun = 0
  let done = 0
  const others = Promise.withResolvers<void>()
  const part = job({
    name: `part-${lane}`,
    queue: lane,
    input: z.object({ number: z.number() }),
    retry,
    async run(context, { number }) {
      const { fate } = context.services as Witness
      const turn = ++begun
      // So that the last to begin is also the last to end.
      if (turn === PARTS) await others.promise
      await act(context, { lane, what: `part ${number}`, place: `part ${turn}`, answer: number })
      if (++done >= PARTS - 1) others.resolve()
      fate.reached(`${done} parts done`)
    },
  })
  const gather = job({
    name: `gather-${lane}`,
    queue: lane,
    input: z.array(z.number()),
    retry,
    async run(context, numbers) {
      const answer = numbers.reduce((sum, number) => sum + number, 0)
      await act(context, { lane, what: 'callback', place: 'callback', answer })
      ;(context.services as Witness).fate.reached('callback done')
    },
  })
  const call = (): JobCall =>
    chord(group(Array.from({ length: PARTS }, (_, number) => part.with({ number }))), gather as never)
  return { jobs: [part, gather], call }
}

interface Act {
  readonly lane: string
  readonly what: string
  readonly place: string
  readonly answer: number
}

async function act(context: JobContext, { lane, what, place, answer }: Act): Promise<void> {
  const { fate, ledger } = context.services as Witness
  fate.reached(`${place} before`)
  ledger.write({ kind: 'did', lane, what, note: '' })
  fate.reached(`${place} after`)
  await context.complete<number, LaneTables>(async (tx) => {
    await tx.db.insertInto('chaos_mark').values({ lane, what }).execute()
    fate.reached(`${place} within`)
    return answer
  })
  ledger.write({ kind: 'kept', lane, what })
}

const at = (place: string, statements = 0): Death => ({ at: place, statements })

/** A place, and every third statement of as many after it. */
const around = (place: string, statements: number): readonly Death[] =>
  Array.from({ length: Math.floor(statements / 3) + 1 }, (_, third) => at(place, third * 3))

/**
 * The places of a chord at which its parts meet. On SQLite 43 statements lead from the end of the last child to its
 * callback, 30 from there to the end; on PostgreSQL half as many, and the rest falls on what comes next.
 */
export const CHORD_DEATHS: readonly Death[] = [
  ...around(CHILDREN, 12),
  at('part 1 before'),
  at(`part ${PARTS} before`),
  at(`part ${PARTS} after`),
  at(`part ${PARTS} within`),
  ...around(`${PARTS} parts done`, 42),
  at('callback before'),
  at('callback after'),
  at('callback within'),
  ...around('callback done', 27),
  at('ended'),
]

/** Somewhere among its parts. */
export function deathAmongParts(turn: number): Death {
  return at(['before', 'after', 'within'].map((place) => `part ${turn} ${place}`)[turn % 3] ?? `${turn} parts done`)
}
