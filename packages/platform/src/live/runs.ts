import type { Engine, Run } from '@regie/engine'
import { viewRun } from '../api/run-view.ts'
import { type ChannelKey, keyOf } from '../realtime/message.ts'
import type { Publisher } from '../realtime/realtime.ts'
import { runsTopic, runTopic } from './topics.ts'
import type { Watch } from './watch.ts'

const RUN_MS = 500
const LIST_MS = 300
const NEWEST = 50
const MOST = 500

/** Single runs, asked for all together. */
export function watchRun(engine: Engine, publisher: Publisher): Watch {
  const told = new Map<string, string>()
  return {
    topic: runTopic.name,
    everyMs: RUN_MS,
    async look(keys, fresh) {
      forget(told, keys)
      for (const [org, own] of Map.groupBy(keys, (key) => key.org)) {
        const ids = own.slice(0, MOST).map(({ channel }) => Number(channel.slice(runTopic.name.length + 1)))
        for (const run of await runsOf(engine, org, ids)) {
          const name = keyOf({ org, channel: `${runTopic.name}:${run.id}` })
          const digest = digestOf(run)
          if (told.get(name) === digest && !fresh.has(name)) continue
          told.set(name, digest)
          await publisher.publish(runTopic, { id: run.id }, newsOf(run), { org })
        }
      }
    },
  }
}

/** The newest runs of each organisation that is watched. */
export function watchRuns(engine: Engine, publisher: Publisher): Watch {
  const told = new Map<string, { readonly runs: ReadonlyMap<number, string>; readonly figures: string }>()
  return {
    topic: runsTopic.name,
    everyMs: LIST_MS,
    async look(keys) {
      forget(told, keys)
      const figures = await figuresOf(engine)
      for (const key of keys) {
        const { runs } = await engine.runs.search({ org: key.org }, { limit: NEWEST })
        const before = told.get(keyOf(key))
        const digests = new Map(runs.map((run) => [run.id, digestOf(run)]))
        told.set(keyOf(key), { runs: digests, figures })
        // Who has read the list while this was looked at may have missed what changed between.
        if (before === undefined) {
          await publisher.publish(runsTopic, {}, { changed: [], more: true }, key)
          continue
        }
        const changed = runs.filter(({ id }) => before.runs.get(id) !== digests.get(id))
        const isFull = changed.length === NEWEST
        const isElsewhere = changed.length === 0 && before.figures !== figures
        if (changed.length === 0 && !isElsewhere) continue
        await publisher.publish(runsTopic, {}, { changed: changed.map(newsOf), more: isFull || isElsewhere }, key)
      }
    },
  }
}

async function runsOf(engine: Engine, org: string, ids: readonly number[]): Promise<readonly Run[]> {
  const found: Run[] = []
  // A page of runs holds 200.
  for (let from = 0; from < ids.length; from += 200) {
    const slice = ids.slice(from, from + 200)
    found.push(...(await engine.runs.search({ org, ids: slice }, { limit: slice.length })).runs)
  }
  return found
}

async function figuresOf(engine: Engine): Promise<string> {
  const queues = await engine.queues.list()
  return queues
    .map(({ name, queued, scheduled, blocked, running }) => [name, queued, scheduled, blocked, running])
    .join()
}

function digestOf({ state, attempt, endedAt, progress, cancelRequested, dueAt }: Run): string {
  return JSON.stringify([state, attempt, endedAt, progress, cancelRequested, dueAt])
}

function newsOf(run: Run) {
  const { input: _, ...rest } = viewRun(run)
  return rest
}

function forget(told: Map<string, unknown>, keys: readonly ChannelKey[]): void {
  const watched = new Set(keys.map(keyOf))
  for (const name of told.keys()) if (!watched.has(name)) told.delete(name)
}
