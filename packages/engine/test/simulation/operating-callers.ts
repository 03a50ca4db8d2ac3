import type { EventCaller } from './event-callers.ts'
import { type FlowCaller, numbers } from './flow-callers.ts'
import { stepNames, type TripInput } from './flows.ts'

const PEOPLE = ['ada', 'bob', 'cleo'] as const

function anyTrip({ world, ledger }: FlowCaller): number | undefined {
  return ledger.trips.size === 0 ? undefined : world.oneOf([...ledger.trips])
}

/** Nothing new begins of a trip until somebody resumes it; at the end of a world everybody is. */
export async function pauseTrip(caller: FlowCaller): Promise<void> {
  const trip = anyTrip(caller)
  if (trip !== undefined) await caller.ledger.ask(() => caller.engine.workflows.pause(trip, 'by a caller'))
}

export async function resumeTrip(caller: FlowCaller): Promise<void> {
  const trip = anyTrip(caller)
  if (trip !== undefined) await caller.ledger.ask(() => caller.engine.workflows.resume(trip))
}

/** Lets a trip go on where it failed, or begin from scratch with another input. */
export async function retryTrip(caller: FlowCaller): Promise<void> {
  const { world, ledger, engine, flows } = caller
  const trip = anyTrip(caller)
  if (trip === undefined) return
  ledger.tripsReplayed = true
  flows.seen.replays(trip)
  const delay = world.chance(0.3) ? { delayMs: world.between(1, 2_000) } : {}
  await ledger.ask(() => engine.workflows.retry(trip, delay))
}

/** A trip of its own that has done what another had done before one of its steps: every number it uses is new. */
export async function forkTrip(caller: FlowCaller): Promise<void> {
  const { world, ledger, engine } = caller
  const [source, given] = ledger.tripInputs.size === 0 ? [] : world.oneOf([...ledger.tripInputs])
  if (source === undefined || given === undefined) return
  const [place, from] = world.oneOf([...stepNames(given).entries()])
  const parts = given.parts.map((part) => ({ ...part, number: numbers(ledger) }))
  const input: TripInput = {
    ...given,
    number: ledger.number(),
    parts,
    fork: { root: given.fork?.root ?? given.number, source, place },
  }
  const run = await ledger.wish([input.number], () => engine.workflows.fork(source, { from, input }))
  if (run === undefined) return
  ledger.count('forked')
  ledger.trips.add(run)
  ledger.tripInputs.set(run, input)
}

/** The same with every trip that a filter chooses. */
export async function repairTrips(caller: FlowCaller): Promise<void> {
  const { world, ledger, engine, flows } = caller
  const action = world.oneOf(['retry', 'retry', 'cancel', 'resume'] as const)
  if (action === 'retry') {
    ledger.tripsReplayed = true
    flows.seen.replaysAny()
  }
  const dryRun = world.chance(0.2)
  const repaired = await ledger.ask(() =>
    engine.workflows.repair({ job: 'trip', org: 'main' }, { action, dryRun, reason: 'by a caller' }),
  )
  if (repaired !== undefined && repaired.done > repaired.matched)
    ledger.broken(`a repair did ${action} with ${repaired.done} of ${repaired.matched}`)
}

/** Tells something of a person; nothing more is told of those who were forgotten. */
export async function appendAbout({ world, ledger, engine, events }: EventCaller): Promise<void> {
  const number = ledger.number()
  const person = world.oneOf(PEOPLE)
  const told = events.told.with({ number, amount: 1, name: `secret-${person}` }, { person })
  const wasForgotten = ledger.forgotten.has(person)
  const appended = await ledger.event([number], () => engine.append(`person-${person}`, 'any', told))
  if (appended !== undefined && wasForgotten)
    ledger.broken(`event #${number} about ${person} was accepted, who had been forgotten`)
}

/** Destroys what a person's events can be read with. */
export async function forget({ world, ledger, engine, events }: EventCaller): Promise<void> {
  const person = world.oneOf(PEOPLE)
  const forgotten = await ledger.ask(() => engine.events.forget(person))
  if (forgotten === undefined) return
  ledger.forgotten.add(person)
  if (!events.erased.has(person)) ledger.broken(`${person} is forgotten, and no list outside the database was told`)
}

/** What is read of a forgotten person tells nothing, and of the others what was written. */
export async function readAbout({ world, ledger, engine, events }: EventCaller): Promise<void> {
  const person = world.oneOf(PEOPLE)
  const wasForgotten = ledger.forgotten.has(person)
  await ledger.ask(async () => {
    for (const event of await engine.events.read(`person-${person}`)) {
      if (!events.told.is(event)) continue
      const { name } = event.data
      if (wasForgotten && name.includes('secret'))
        throw ledger.broken(`${person} was forgotten, and is read as ${name}`)
      if (!event.erased && name !== `secret-${person}`) throw ledger.broken(`${person} is read as ${name}`)
    }
  })
}
