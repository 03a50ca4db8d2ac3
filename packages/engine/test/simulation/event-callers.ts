import { sql } from 'kysely'
import type { worldEvents } from './events.ts'
import type { FlowCaller } from './flow-callers.ts'

/** What callers who append work with. */
export interface EventCaller extends FlowCaller {
  readonly events: ReturnType<typeof worldEvents>
}

const STREAMS = ['counter-1', 'counter-2', 'counter-3'] as const

/** Appends one to three events; sometimes only where the writer believes the stream to stand. */
export async function append({ world, ledger, engine, events }: EventCaller): Promise<void> {
  const numbers = Array.from({ length: world.between(1, 4) }, () => ledger.number())
  const expected = world.oneOf(['any', 'any', 'new', 0, 1, 2, 3] as const)
  const appended = await ledger.event(numbers, () =>
    engine.append(
      world.oneOf(STREAMS),
      expected,
      numbers.map((number) => events.added.with({ number, amount: 1 })),
    ),
  )
  if (appended === undefined || expected === 'any') return
  const before = expected === 'new' ? 0 : expected
  if (appended.version !== before + numbers.length)
    ledger.broken(
      `${numbers.length} events appended at version ${expected} make ${appended.stream} version ${appended.version}`,
    )
}

/** Decides by what a stream says, against others who do the same. */
export async function decide({ world, ledger, engine, events }: EventCaller): Promise<void> {
  const number = ledger.number()
  // Nothing to append is an answer too: whether the event is there is seen in the answer.
  await ledger.ask(() => engine.decide(events.counter, world.oneOf(STREAMS), { number, limit: 6 }))
}

/** A row, a run and events in one commit, or none of them. */
export async function appendInTransaction({ world, ledger, engine, events }: EventCaller): Promise<void> {
  const number = ledger.number()
  const givesUp = world.chance(0.3)
  await ledger.event([number], () =>
    engine.transaction(async (tx) => {
      await tx.append(world.oneOf(STREAMS), 'any', events.added.with({ number, amount: 1 }))
      await sql`insert into effect (number, kind) values (${number}, ${'append'})`.execute(tx.db)
      if (givesUp) throw new Error('given up')
    }),
  )
}

/** Builds a projection anew beside the one that is read. */
export async function rebuild({ world, ledger, engine }: EventCaller): Promise<void> {
  await ledger.ask(() => engine.projections.rebuild(world.oneOf(['seen-inline', 'seen-async'] as const)))
}
