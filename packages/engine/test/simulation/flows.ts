import { PermanentError, type StepContext, signal, type WorkflowContext, workflow } from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import type { FlowLedger } from './flow-ledger.ts'
import type { WorldInput, WorldJob } from './jobs.ts'
import type { Ledger } from './ledger.ts'
import type { World } from './world.ts'

/** What a trip can do in one place. */
export const PARTS = [
  'step',
  'flaky',
  'broken',
  'complete',
  'sleep',
  'wait',
  'signal',
  'call',
  'call a trip',
  'call many',
  'side by side',
] as const

const Part = z.object({ way: z.enum(PARTS), ms: z.number(), key: z.string(), number: z.number(), undo: z.boolean() })
const Trip = z.object({
  number: z.number(),
  parts: z.array(Part),
  end: z.enum(['return', 'throw', 'compensate', 'again']),
  /** What it was forked from: the number of the trip at the first, the run, and the place of the step. */
  fork: z.object({ root: z.number(), source: z.number(), place: z.number() }).optional(),
})

const NUMBERS_PER_PART = 4
/** How often a trip begins anew, at most, with the first time. */
const GENERATIONS = 3

/** How many numbers of its own each part needs. */
export const NUMBERS = NUMBERS_PER_PART * GENERATIONS

/** What a trip is to do, and how it ends. */
export type TripInput = z.infer<typeof Trip>
type PartInput = z.infer<typeof Part>

const news = signal({ name: 'news', payload: z.object({ number: z.number() }) })

/** The workflow of every world: a trip whose parts are told by its input. */
export function worldFlows(world: World, ledger: Ledger, flows: FlowLedger, child: WorldJob) {
  const trip = workflow({
    name: 'trip',
    input: Trip,
    signals: [news],
    crashes: 40,
    async run(wf, input): Promise<number> {
      const key = `run ${wf.run.id} generation ${wf.run.generation}`
      const { fork } = input
      const root = `trip ${fork?.root ?? input.number} generation ${wf.run.generation}`
      for (const [place, part] of input.parts.entries())
        await take(wf, {
          key,
          root,
          fork,
          place,
          part: inGeneration(part, wf.run.generation),
          name: `${place} ${part.way}`,
        })
      if (input.end === 'throw') throw new Error('as told')
      if (input.end === 'compensate') return wf.compensate('as told')
      if (input.end === 'again' && wf.run.generation < GENERATIONS - 1) return wf.continueAsNew(input)
      return input.number
    },
  })

  const take = async (wf: WorkflowContext, at: At): Promise<void> => {
    const { key, part, name } = at
    if (part.way === 'sleep') return sleep(wf, at)
    if (part.way === 'wait') return wait(wf, at)
    if (part.way === 'signal') {
      await wf.signal(news, { number: part.number }, { key: part.key, name })
      // A fork may have been given it as sent: under the number of the trip it comes from.
      if (at.fork === undefined) flows.sent.add(part.number)
      return
    }
    if (part.way === 'call')
      return pass(at, String(await wf.call(child, childInput(part.number), { name, ...undoing(at) })))
    if (part.way === 'call a trip')
      return pass(at, String(await wf.call(trip, shortTrip(part), { name, ...undoing(at) })))
    if (part.way === 'call many') {
      const calls = [0, 1, 2].map((index) => child.with(childInput(part.number + index)))
      const outcomes = await wf.callMany(calls, { name })
      return flows.passed(key, name, at.place, JSON.stringify(outcomes.map(({ state }) => state)), false)
    }
    if (part.way === 'side by side') {
      const names = [0, 1, 2].map((index) => `${name} ${index}`)
      await wf.all(
        names.map((each) => () => step(wf, { ...at, name: each })),
        { concurrency: 2 },
      )
      return
    }
    return step(wf, at)
  }

  const step = async (wf: WorkflowContext, at: At): Promise<void> => {
    const answer = await wf.step(at.name, (context) => work(context, at), {
      ...undoing(at),
      retry: { attempts: 3, base: '100ms', max: '1s' },
      timeout: '5s',
    })
    if (at.fork !== undefined && at.place >= at.fork.place)
      flows.anew(at.fork.source, wf.run.generation, at.name, answer)
    pass(at, answer)
  }

  const work = async (context: StepContext, { key, name, part }: At): Promise<string> => {
    world.note(`  ${key} does ${name}`)
    ledger.count(`step ${part.way}`)
    await pause(context, part.ms)
    if (part.way === 'flaky' && context.step.attempt < 2) throw new Error('not at the first attempt')
    if (part.way === 'broken') throw new PermanentError('as told')
    // Each time another answer: only one of them may ever be seen.
    const answer = `${name} ${ledger.number()}`
    if (part.way !== 'complete') return answer
    return context.complete(async (tx) => {
      await sql`insert into effect (number, kind) values (${part.number}, ${'step'})`.execute(tx.db)
      return answer
    })
  }

  const undoing = (at: At) => {
    if (!at.part.undo) return {}
    return {
      async undo(_: unknown, context: StepContext): Promise<void> {
        flows.undoing(at.key, at.name, at.place)
        await pause(context, at.part.ms / 2)
        if (world.chance(0.1)) throw new Error('could not be undone this time')
        flows.undone(at.key, at.name)
      },
    }
  }

  const sleep = async (wf: WorkflowContext, { root, name, part }: At): Promise<void> => {
    flows.sleeps(root, name, part.ms)
    await wf.sleep(`${part.ms}ms`, { name })
    flows.wakes(root, name)
  }

  const wait = async (wf: WorkflowContext, { key, root, name, part, place }: At): Promise<void> => {
    const got = await wf.wait(news, { key: part.key, name, timeout: `${part.ms}ms` })
    flows.passed(key, name, place, got === undefined ? 'nothing' : String(got.number), false)
    if (got !== undefined) flows.received(root, name, got.number)
  }

  const pass = ({ key, name, place, part }: At, answer: string): void =>
    flows.passed(key, name, place, answer, part.undo)
  return { trip, seen: flows }
}

interface At {
  /** One generation of one run. */
  readonly key: string
  /** The same of the run it was forked from, at the first: what that has done, a fork finds done. */
  readonly root: string
  readonly fork: TripInput['fork']
  readonly place: number
  readonly part: PartInput
  readonly name: string
}

/** The names of a trip's steps, as a fork from one of them names it. */
export function stepNames({ parts }: TripInput): readonly string[] {
  return parts.map(({ way }, place) => (way === 'side by side' ? `${place} ${way} 0` : `${place} ${way}`))
}

/** What is enqueued or sent after a new beginning is something else. */
function inGeneration(part: PartInput, generation: number): PartInput {
  return { ...part, number: part.number + generation * NUMBERS_PER_PART }
}

function childInput(number: number): WorldInput {
  return {
    number,
    key: 'child',
    acts: [
      { way: number % 5 === 0 ? 'throw' : 'return', ms: number % 40 },
      { way: 'return', ms: 0 },
    ],
  }
}

function shortTrip({ number, key }: PartInput): TripInput {
  return {
    number,
    end: number % 3 === 0 ? 'throw' : 'return',
    parts: [{ way: 'step', ms: 5, key, number: number + 1, undo: true }],
  }
}

function pause({ signal: given, clock }: StepContext, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    clock.setTimer(resolve, ms)
    given.addEventListener('abort', () => reject(given.reason), { once: true })
  })
}
