import {
  type AnyJob,
  type JobContext,
  job,
  PermanentError,
  type QueueOptions,
  type Schedule,
  schedule,
} from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Ledger } from './ledger.ts'
import { currentActor, type World } from './world.ts'

const WAYS = ['return', 'throw', 'give up', 'complete', 'complete twice', 'transact', 'spawn', 'hang', 'deaf'] as const
const Act = z.object({ way: z.enum(WAYS), ms: z.number() })
const Input = z.object({ number: z.number(), key: z.string(), acts: z.array(Act) })

/** What a run is to do, attempt by attempt; the last act is repeated. */
export type WorldInput = z.infer<typeof Input>

export const QUEUES: Readonly<Record<string, QueueOptions>> = {
  default: { concurrency: 4 },
  narrow: { concurrency: 1, fair: true },
}

/** Longest wait between two attempts, and longest attempt with its grace: what liveness counts with. */
export const LONGEST_BACKOFF_MS = 3_000

type Definition = Partial<Omit<Parameters<typeof job<typeof Input>>[0], 'input' | 'run' | 'isolate'>> & {
  readonly name: string
}

const DEFINITIONS = [
  { name: 'plain', retry: { attempts: 4, base: '200ms', max: '3s' } },
  { name: 'sync', ack: 'sync', retry: { attempts: 3, base: '100ms', max: '3s' } },
  { name: 'narrow', queue: 'narrow', retry: { attempts: 3, base: '500ms', backoff: 'fixed', jitter: 'none' } },
  {
    name: 'limited',
    limits: [{ key: ({ key }) => `limit-${key}`, concurrency: 2 }],
    retry: { attempts: 3, base: '200ms' },
  },
  {
    name: 'single',
    limits: [
      { key: 'single', concurrency: 1 },
      { key: 'rate', rate: '10/1s' },
    ],
    retry: { attempts: 3, base: '200ms' },
  },
  { name: 'unique', unique: { key: ({ key }) => key }, retry: { attempts: 3, base: '200ms' } },
  {
    name: 'queued',
    unique: { key: ({ key }) => key, while: ['queued'], onConflict: 'replace' },
    retry: { attempts: 2, base: '200ms' },
  },
  {
    name: 'debounced',
    debounce: { key: ({ key }) => key, wait: '700ms', max: '3s' },
    retry: { attempts: 2, base: '200ms' },
  },
  { name: 'child', retry: { attempts: 3, base: '100ms' } },
  { name: 'after', retry: { attempts: 3, base: '100ms' } },
  { name: 'slot', retry: { attempts: 2, base: '100ms' } },
  { name: 'follower', retry: { attempts: 3, base: '100ms' } },
] as const satisfies readonly Definition[]

/** The jobs of a world by name. */
export type JobName = (typeof DEFINITIONS)[number]['name']

/** What only single keys may be running of, by the key of their gate. */
export const SLOTS: readonly { readonly prefix: string; readonly slots: number }[] = [
  { prefix: 'limit-', slots: 2 },
  { prefix: 'single', slots: 1 },
]

/** One of the jobs of a world. */
export type WorldJob = ReturnType<typeof job<typeof Input, number>>

/** The code every process of a world runs. */
export function worldJobs(world: World, ledger: Ledger) {
  const jobs = Object.fromEntries(
    DEFINITIONS.map((definition) => {
      const full: Parameters<typeof job<typeof Input, number>>[0] = {
        timeout: '2s',
        ...definition,
        input: Input,
        run: (context, input) => handle(context, input),
      }
      return [definition.name, job<typeof Input, number>(full)]
    }),
  ) as Readonly<Record<JobName, WorldJob>>

  const handle = async (context: JobContext, input: WorldInput): Promise<number> => {
    const { id: run, attempt, attempts: max, job: name, org } = context.run
    const keys = name === 'limited' ? [`limit-${input.key} of ${org}`] : name === 'single' ? [`single of ${org}`] : []
    const end = ledger.begin({ run, attempt, job: name, keys }, input.number, max)
    try {
      const act = input.acts[Math.min(attempt, input.acts.length) - 1] ?? { way: 'return', ms: 0 }
      await pause(context, act.ms, act.way === 'deaf')
      await perform(context, input, act.way)
      return input.number
    } finally {
      end()
    }
  }

  const perform = async (context: JobContext, { number }: WorldInput, way: (typeof WAYS)[number]): Promise<void> => {
    if (way === 'throw') throw new Error('as told')
    if (way === 'give up') throw new PermanentError('as told')
    if (way === 'hang') await pause(context, 60_000, false)
    if (way === 'spawn') await spawn(context)
    if (way === 'transact') await transact(context, number)
    if (way === 'complete' || way === 'complete twice') await complete(context, number)
    if (way === 'complete twice') await context.complete(async () => {}).catch(() => {})
  }

  const child = (): WorldInput => ({
    number: ledger.number(),
    key: 'child',
    acts: [{ way: 'return', ms: world.between(0, 50) }],
  })

  const spawn = async (context: JobContext): Promise<void> => {
    const input = child()
    await ledger.wish([input.number], () => context.enqueue(jobs.child, input))
  }

  const transact = async (context: JobContext, number: number): Promise<void> => {
    const input = child()
    await ledger.wish([input.number], () =>
      context.transaction(async (tx) => {
        await sql`insert into effect (number, kind) values (${number}, 'transact')`.execute(tx.db)
        await tx.enqueue(jobs.child, input)
      }),
    )
  }

  const complete = async (context: JobContext, number: number): Promise<void> => {
    const input = child()
    const actor = currentActor()
    const { id } = context.run
    await context.complete(async (tx) => {
      await sql`insert into effect (number, kind) values (${number}, 'complete')`.execute(tx.db)
      await tx.enqueue(jobs.child, input)
      return number
    })
    if (actor?.alive === true) ledger.completed.add(id)
  }

  const all: readonly AnyJob[] = Object.values(jobs)
  return { jobs, all, schedules: worldSchedules(jobs.slot) }
}

/** Waits; ends with the signal's reason when it aborts, unless it is deaf. */
function pause({ signal, clock }: JobContext, ms: number, deaf: boolean): Promise<void> {
  if (ms <= 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    clock.setTimer(resolve, ms)
    if (!deaf) signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function worldSchedules(slot: WorldJob): readonly Schedule[] {
  const input: WorldInput = { number: 0, key: 'slot', acts: [{ way: 'return', ms: 300 }] }
  const catchUp = { within: '30s', max: 2 } as const
  return [
    schedule({ name: 'often', every: '4s', jitter: '0s', overlap: 'skip', catchUp, job: slot, input }),
    schedule({ name: 'serial', every: '7s', jitter: '1s', overlap: 'queue', catchUp, job: slot, input }),
    schedule({ name: 'all', cron: '*/11 * * * * *', jitter: '0s', overlap: 'allow', catchUp, job: slot, input }),
    schedule({ name: 'newest', every: '5s', jitter: '2s', overlap: 'cancel', catchUp, job: slot, input }),
  ]
}
