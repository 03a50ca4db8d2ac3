import { chord, group } from '@regie/engine'
import { addEffect, added, after, dated, debounced, limited, plain, type Scene, saga, unique } from './scene.ts'

/** Something an engine does for its caller. */
export interface Operation {
  readonly name: string
  /** What is there before; without faults. */
  readonly prepare?: (scene: Scene) => Promise<unknown>
  readonly act: (scene: Scene) => Promise<unknown>
  /** Several commits: after a fault part of it may be there, and doing it again completes it. */
  readonly inParts?: true
}

const NAMES = ['a', 'b', 'c'] as const
const inputs = NAMES.map((name) => ({ name }))
// biome-ignore lint/suspicious/noThenProperty: the engine's word for what comes after a batch.
const followed = { then: after.with({ name: 'after' }) }

async function onlyRun({ engine }: Scene): Promise<number> {
  const { runs } = await engine.runs.search({}, { limit: 1 })
  return runs[0]?.id ?? 0
}

/** What callers and operators may do that writes. */
export const OPERATIONS: readonly Operation[] = [
  { name: 'enqueue', act: ({ engine }) => engine.enqueue(plain, { name: 'a' }) },
  {
    name: 'enqueue later, with tags and terms',
    act: ({ engine }) => engine.enqueue(dated, { name: 'a' }, { delay: '1m', tags: ['x', 'y'] }),
  },
  { name: 'enqueue many', act: ({ engine }) => engine.enqueueMany(plain, inputs) },
  { name: 'enqueue a unique run', act: ({ engine }) => engine.enqueue(unique, { name: 'a' }) },
  { name: 'enqueue many unique runs', act: ({ engine }) => engine.enqueueMany(unique, inputs) },
  {
    name: 'debounce',
    prepare: ({ engine, clock }) => engine.enqueue(debounced, { name: 'a' }).then(() => clock.advance(100)),
    act: ({ engine }) => engine.enqueue(debounced, { name: 'a' }),
  },
  {
    name: 'enqueue a batch',
    act: ({ engine }) => engine.enqueueBatch([plain.with({ name: 'a' }), limited.with({ name: 'b' })], followed),
  },
  {
    name: 'a transaction with rows and runs',
    act: ({ engine }) =>
      engine.transaction(async (tx) => {
        await addEffect(tx, 'one')
        await tx.enqueue(plain, { name: 'a' })
        await tx.enqueue(unique, { name: 'b' })
        await addEffect(tx, 'two')
        await tx.enqueueBatch([plain.with({ name: 'c' })], followed)
      }),
  },
  {
    name: 'cancel a waiting run of a batch',
    prepare: ({ engine }) =>
      engine.enqueueBatch([plain.with({ name: 'a' })], { ...followed, delay: '1h', tags: ['x'] }),
    act: async (scene) => scene.engine.runs.cancel(await onlyRun(scene)),
  },
  {
    name: 'cancel many',
    prepare: ({ engine }) => engine.enqueueMany(unique, inputs),
    act: ({ engine }) => engine.runs.cancelMany({ job: 'unique' }),
  },
  {
    name: 'retry a run that has ended',
    prepare: async (scene) => {
      await scene.engine.enqueue(unique, { name: 'a' })
      await scene.engine.runs.cancel(await onlyRun(scene))
    },
    act: async (scene) => scene.engine.runs.retry(await onlyRun(scene), { input: { name: 'b' } }),
  },
  {
    name: 'retry many',
    prepare: async ({ engine }) => {
      await engine.enqueueMany(dated, inputs)
      await engine.runs.cancelMany({})
    },
    act: ({ engine }) => engine.runs.retryMany({ state: ['cancelled'] }),
  },
  {
    name: 'set a priority',
    prepare: ({ engine }) => engine.enqueue(plain, { name: 'a' }),
    act: async (scene) => scene.engine.runs.setPriority(await onlyRun(scene), 'urgent'),
  },
  { name: 'pause a queue', act: ({ engine }) => engine.queues.pause('default') },
  {
    name: 'resume a queue',
    prepare: ({ engine }) => engine.queues.pause('default'),
    act: ({ engine }) => engine.queues.resume('default'),
  },
  { name: 'enqueue a workflow', act: ({ engine }) => engine.enqueue(saga, { name: 'a', fails: false }) },
  {
    name: 'enqueue a chord',
    act: ({ engine }) =>
      engine.enqueue(chord(group([plain.with({ name: 'a' }), plain.with({ name: 'b' })]), after.with({ name: 'c' }))),
  },
  { name: 'append an event', act: ({ engine }) => engine.append('stream', 'new', added.with({ name: 'a' })) },
  {
    name: 'append events where the writer believes the stream to stand',
    prepare: ({ engine }) => engine.append('stream', 'any', added.with({ name: 'a' })),
    act: ({ engine }) => engine.append('stream', 1, [added.with({ name: 'b' }), added.with({ name: 'c' })]),
  },
  {
    name: 'append in a transaction with rows and runs',
    act: ({ engine }) =>
      engine.transaction(async (tx) => {
        await addEffect(tx, 'one')
        await tx.append('stream', 'any', added.with({ name: 'a' }))
        await tx.enqueue(plain, { name: 'b' })
        await tx.append('other', 'new', added.with({ name: 'c' }))
      }),
  },
  {
    name: 'close a stream',
    prepare: ({ engine }) => engine.append('stream', 'any', added.with({ name: 'a' })),
    act: ({ engine }) => engine.events.archive('stream'),
  },
  {
    name: 'build a projection anew',
    prepare: ({ engine }) => engine.append('stream', 'any', added.with({ name: 'a' })),
    act: ({ engine }) => engine.projections.rebuild('counted-async'),
  },
  { name: 'declare schedules', act: ({ engine }) => engine.schedules.tick() },
  {
    name: 'fire a due slot',
    prepare: ({ engine, clock }) => engine.schedules.tick().then(() => clock.advance(3_600_000)),
    act: ({ engine }) => engine.schedules.tick(),
    inParts: true,
  },
  {
    name: 'run a schedule now',
    prepare: ({ engine }) => engine.schedules.tick(),
    act: ({ engine }) => engine.schedules.runNow('hourly'),
  },
  {
    name: 'pause a schedule',
    prepare: ({ engine }) => engine.schedules.tick(),
    act: ({ engine }) => engine.schedules.pause('hourly'),
  },
  {
    name: 'resume a schedule',
    prepare: ({ engine }) => engine.schedules.tick().then(() => engine.schedules.pause('hourly')),
    act: ({ engine }) => engine.schedules.resume('hourly'),
  },
]
