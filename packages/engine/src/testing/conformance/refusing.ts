import assert from 'node:assert/strict'
import {
  createEngine,
  type Database,
  type Duration,
  type Engine,
  type EngineErrorCode,
  type Job,
  type JobDefinition,
  job,
  type Rate,
} from '@regie/engine'
import { z } from 'zod'
import { type Lab, refusal, type Section } from './lab.ts'

const Order = z.object({ id: z.string().min(3), lines: z.array(z.object({ count: z.number().int() })) })
const good = { id: 'abc', lines: [] }

const ship = job({ name: 'ship', input: Order, run: () => {} })
const stranger = job({ name: 'stranger', input: z.object({}), run: () => {} })
const blob = job({ name: 'blob', input: z.object({ text: z.string() }), run: () => {} })
const anything = job({ name: 'anything', input: z.unknown(), run: () => {} })
const only = job({ name: 'only', input: z.object({}), unique: { onConflict: 'refuse' }, run: () => {} })

/** Passes a value where the compiler would not let it through: what JavaScript callers and old data can do. */
function untyped<T>(value: unknown): T {
  return value as T
}

const circular: { self?: unknown } = {}
circular.self = circular

type Attempt = (engine: Engine) => Promise<unknown>

/** Everything `enqueue` must refuse; the code, and what is tried. */
const REFUSED: readonly (readonly [EngineErrorCode, string, Attempt])[] = [
  ['JOB_UNKNOWN', 'a job of another engine', (e) => e.enqueue(stranger, {})],
  ['PAYLOAD_INVALID', 'an input that does not validate', (e) => e.enqueue(ship, untyped({ id: 1 }))],
  ['PAYLOAD_INVALID', 'an input that is a function', (e) => e.enqueue(anything, () => 1)],
  ['PAYLOAD_INVALID', 'an input that is a symbol', (e) => e.enqueue(anything, Symbol('s'))],
  ['PAYLOAD_INVALID', 'an input with a bigint', (e) => e.enqueue(anything, { n: 1n })],
  ['PAYLOAD_INVALID', 'an input that contains itself', (e) => e.enqueue(anything, circular)],
  ['PAYLOAD_TOO_LARGE', 'an input over 1 MiB', (e) => e.enqueue(blob, { text: 'x'.repeat(1_048_576) })],
  ['PAYLOAD_TOO_LARGE', 'an input over 1 MiB in bytes', (e) => e.enqueue(blob, { text: '漢'.repeat(400_000) })],
  ['DURATION_INVALID', 'a delay without a unit', (e) => e.enqueue(ship, good, { delay: untyped<Duration>('5') })],
  ['DURATION_INVALID', 'a negative delay', (e) => e.enqueue(ship, good, { delay: '-5s' })],
  ['DURATION_INVALID', 'a delay that is no text', (e) => e.enqueue(ship, good, { delay: untyped<Duration>(5) })],
  ['DURATION_INVALID', 'a misspelt expiry', (e) => e.enqueue(ship, good, { expires: untyped<Duration>('3 years') })],
  ['DURATION_INVALID', 'a misspelt deadline', (e) => e.enqueue(ship, good, { deadline: untyped<Duration>('') })],
  ['DURATION_INVALID', 'an instant that is none', (e) => e.enqueue(ship, good, { runAt: Number.NaN })],
  ['DURATION_INVALID', 'a delay beyond all calendars', (e) => e.enqueue(ship, good, { delay: '9007199254740991ms' })],
  ['DURATION_INVALID', 'an instant beyond all calendars', (e) => e.enqueue(ship, good, { runAt: 8.64e15 + 1 })],
  ['DURATION_INVALID', 'an instant between milliseconds', (e) => e.enqueue(ship, good, { runAt: 1.5 })],
  ['QUEUE_UNKNOWN', 'a queue that is not there', (e) => e.enqueue(ship, good, { queue: 'nowhere' })],
  ['QUEUE_UNKNOWN', 'a queue named like a method', (e) => e.enqueue(ship, good, { queue: 'toString' })],
  ['PRIORITY_INVALID', 'a priority that is none', (e) => e.enqueue(ship, good, { priority: untyped('highest') })],
  ['NAME_INVALID', 'an empty tag', (e) => e.enqueue(ship, good, { tags: [''] })],
  ['NAME_INVALID', 'a tag of two words', (e) => e.enqueue(ship, good, { tags: ['to be', 'sure'] })],
  ['NAME_INVALID', 'a tag of 65 characters', (e) => e.enqueue(ship, good, { tags: ['x'.repeat(65)] })],
  [
    'NAME_INVALID',
    'seventeen tags',
    (e) => e.enqueue(ship, good, { tags: Array.from({ length: 17 }, (_, n) => `${n}`) }),
  ],
  ['BATCH_EMPTY', 'a batch of nothing', (e) => e.enqueueBatch([])],
  ['JOB_INVALID', 'a unique job in a batch', (e) => e.enqueueBatch([only.with({})])],
  ['JOB_UNKNOWN', 'a batch with an unknown job', (e) => e.enqueueBatch([ship.with(good), stranger.with({})])],
]

type Definition = Omit<JobDefinition<z.ZodType, unknown>, 'input' | 'run' | 'isolate'>

function faulty(definition: Partial<Definition>): Job {
  return untyped(job({ name: 'faulty', input: z.object({}), ...untyped<object>(definition), run: () => {} }))
}

/** Jobs that no engine may be created with. */
const FAULTY: readonly (readonly [EngineErrorCode, string, readonly Job[]])[] = [
  ['NAME_INVALID', 'a name with capitals', [faulty({ name: 'Faulty' })]],
  ['NAME_INVALID', 'an empty name', [faulty({ name: '' })]],
  ['NAME_INVALID', 'a name that is no text', [faulty({ name: untyped(7) })]],
  ['JOB_DUPLICATE', 'two of one name', [faulty({}), faulty({})]],
  ['QUEUE_UNKNOWN', 'a queue that is not there', [faulty({ queue: 'nowhere' })]],
  [
    'JOB_INVALID',
    'no code',
    [untyped(job({ name: 'empty', input: z.object({}), ...untyped<{ run: () => void }>({}) }))],
  ],
  ['JOB_INVALID', 'no attempts', [faulty({ retry: { attempts: 0 } })]],
  ['JOB_INVALID', 'half an attempt', [faulty({ retry: { attempts: 1.5 } })]],
  ['JOB_INVALID', 'unique and debounced', [faulty({ unique: {}, debounce: { wait: '1s' } })]],
  ['JOB_INVALID', 'a limit of nothing', [faulty({ limits: [{ key: 'x' }] })]],
  ['JOB_INVALID', 'a limit of none at a time', [faulty({ limits: [{ key: 'x', concurrency: 0 }] })]],
  ['JOB_INVALID', 'a rate of none', [faulty({ limits: [{ key: 'x', rate: '0/1s' }] })]],
  [
    'DURATION_INVALID',
    'a rate of a misspelt time',
    [faulty({ limits: [{ key: 'x', rate: untyped<Rate>('5/minute') }] })],
  ],
  ['DURATION_INVALID', 'a misspelt time-out', [faulty({ timeout: untyped<Duration>('soon') })]],
  ['DURATION_INVALID', 'a misspelt base', [faulty({ retry: { base: untyped<Duration>('1 s') } })]],
  ['PRIORITY_INVALID', 'a priority that is none', [faulty({ priority: untyped('highest') })]],
]

async function createWith({ source }: Lab, jobs: readonly Job[]): Promise<void> {
  const engine = await createEngine({ database: source, jobs })
  await engine.stop()
}

/** What is refused, and that nothing is left of it. */
export const refusing: Section = {
  title: 'refusals',
  tests: {
    'enqueue nothing, and say why with a stable code and the way out': async ({ start }) => {
      await using engine = await start({ jobs: [ship, blob, anything, only], roles: ['api'] })
      for (const [code, what, attempt] of REFUSED) {
        const error = await refusal(code, () => attempt(engine)).catch((cause) =>
          assert.fail(`${what}: ${cause} ${cause.cause}`),
        )
        assert.ok(error.message.length > 20, what)
        await refusal(code, () => engine.transaction(async () => attempt(engine))).catch(() => {})
        assert.equal(await engine.runs.count(), 0, what)
      }
      const { id } = await engine.enqueue(only, {})
      const conflict = await refusal('UNIQUE_CONFLICT', () => engine.enqueue(only, {}))
      assert.equal(conflict.runId, id)
    },

    'name every field that does not validate, with its path': async ({ start }) => {
      await using engine = await start({ jobs: [ship], roles: ['api'] })
      const input = { id: 'a', lines: [{ count: 1 }, { count: 0.5 }] }
      const error = await refusal('PAYLOAD_INVALID', () => engine.enqueue(ship, input))
      assert.deepEqual(
        error.issues.map(({ path, code }) => [path, code]),
        [
          ['id', 'too_small'],
          ['lines.1.count', 'invalid_type'],
        ],
      )
      assert.ok(error.message.includes('ship') && error.message.includes('lines.1.count'), error.message)
      assert.notEqual(error.cause, undefined)
    },

    'name the job whose own function fails to make a key': async ({ start }) => {
      const key = (): string => {
        throw new RangeError('no such place')
      }
      const keyed = job({ name: 'keyed', input: z.object({}), limits: [{ key, concurrency: 1 }], run: () => {} })
      await using engine = await start({ jobs: [keyed], roles: ['api'] })
      const error = await refusal('JOB_INVALID', () => engine.enqueue(keyed, {}))
      assert.equal(error.message, 'limits.key of the job keyed throws: no such place')
    },

    'keep an engine from being created with a faulty job': async (lab) => {
      for (const [code, what, jobs] of FAULTY) {
        await refusal(code, () => createWith(lab, jobs)).catch((cause) =>
          assert.fail(`${what}: ${cause} ${cause.cause}`),
        )
      }
    },

    'meet operators as well: runs, queues and priorities that are none': async ({ start }) => {
      await using engine = await start({ jobs: [ship], roles: ['api'] })
      const { id } = await engine.enqueue(ship, good)
      await refusal('RUN_UNKNOWN', () => engine.runs.get(id + 1))
      await refusal('RUN_UNKNOWN', () => engine.runs.retry(id + 1))
      await refusal('RUN_UNKNOWN', () => engine.runs.setPriority(id + 1, 'low'))
      await refusal('RUN_STATE', () => engine.runs.retry(id))
      await refusal('PRIORITY_INVALID', () => engine.runs.setPriority(id, untyped('highest')))
      await refusal('QUEUE_UNKNOWN', () => engine.queues.pause('nowhere'))
      await refusal('FILTER_INVALID', () => engine.runs.search({}, { after: 'x' }))
      assert.equal((await engine.runs.get(id)).state, 'queued')
    },

    'name the database that cannot be reached, and one that is not the engine’s own': async ({ source, start }) => {
      const nowhere =
        source.kind === 'sqlite'
          ? { ...source, path: `${source.path}/not/a/folder.sqlite` }
          : { ...source, url: 'postgres://nobody:secret@127.0.0.1:1/nothing' }
      const error = await refusal('STORE_FAILED', () => createEngine({ database: nowhere, jobs: [ship] }))
      assert.equal(error.message.includes('secret'), false)
      assert.notEqual(error.cause, undefined)
      await using engine = await start({ jobs: [ship], roles: ['api'] })
      const { kysely, transaction, accompany, dialect } = engine.database
      const foreign: Database = {
        kysely,
        transaction,
        accompany,
        dialect,
        source,
        [Symbol.asyncDispose]: async () => {},
      }
      await refusal('DATABASE_FOREIGN', () => createEngine({ database: foreign, jobs: [ship] }))
    },

    'do not meet an input of exactly 1 MiB': async ({ start }) => {
      await using engine = await start({ jobs: [blob], roles: ['api'] })
      const { id } = await engine.enqueue(blob, { text: 'x'.repeat(1_048_576 - '{"text":""}'.length) })
      assert.equal((await engine.runs.get(id)).state, 'queued')
    },
  },
}
