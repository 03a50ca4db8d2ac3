import { createEngine } from '../engine.ts'
import type { Engine, EngineOptions, Role } from '../engine-api.ts'
import type { DatabaseSource } from '../store/database.ts'
import { lookOn, readLeftovers } from './leftovers.ts'
import { watchStatements } from './statements.ts'
import { until } from './until.ts'

/** An engine's options, and which roles it takes up. */
export interface TestEngineOptions extends EngineOptions {
  readonly database: DatabaseSource
  /** Default: `worker` only. */
  readonly roles?: readonly Role[]
}

// Engines of one store may run side by side: what they leave can be told once the last has stopped.
const running = new Map<string, { engines: number; readonly before: ReadonlyMap<string, number> }>()

/**
 * Creates and starts an engine that fails the test which leaks something: after its `stop` (or `await using`) the store
 * must know no worker of it, the server no connection, and the process no socket, thread or timer more than before. When
 * several run on one store, the last one checks.
 */
export async function startTestEngine({ roles = ['worker'], ...options }: TestEngineOptions): Promise<Engine> {
  await watchStatements(options.database.kind)
  // Before anything is counted: it stays.
  if (options.database.kind === 'postgres') await lookOn(options.database)
  const place = placeOf(options.database)
  const shared = running.get(place) ?? { engines: 0, before: activeResources() }
  running.set(place, { ...shared, engines: shared.engines + 1 })
  const engine = await createEngine({ stopMs: 1_000, ...options })
  await engine.start({ roles })
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await engine.stop()
    const { engines, before } = running.get(place) ?? shared
    running.set(place, { engines: engines - 1, before })
    if (engines > 1) return
    running.delete(place)
    await checkLeaks(options.database, before)
  }
  return { ...engine, stop: () => (stopping ??= stop()), [Symbol.asyncDispose]: () => (stopping ??= stop()) }
}

async function checkLeaks(source: DatabaseSource, before: ReadonlyMap<string, number>): Promise<void> {
  // The server notices a closed socket a moment later than we close it.
  const { workers } = await until('the server sees the connections of the stopped engines closed', async () => {
    const left = await readLeftovers(source)
    return left.connections === 0 && left
  })
  if (workers > 0) throw new Error(`the engines have stopped, but ${workers} workers are still registered`)
  const giveUpAt = performance.now() + CLOSING_MS
  const kept = (): readonly string[] =>
    [...activeResources()].flatMap(([kind, count]) => (count > (before.get(kind) ?? 0) ? [kind] : []))
  while (kept().length > 0) {
    if (performance.now() > giveUpAt)
      throw new Error(`the engines have stopped, but left this open: ${kept().join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

// Sockets and threads take a few turns of the event loop to go.
const CLOSING_MS = 2_000

// Those that an engine can leave; the test runner has timers and pipes of its own, which come and go.
const OURS: ReadonlySet<string> = new Set([
  'TCPSocketWrap',
  'TCPServerWrap',
  'MessagePort',
  'Worker',
  'FSEventWrap',
  'StatWatcher',
  'Timeout',
])

function activeResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) if (OURS.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

function placeOf(source: DatabaseSource): string {
  return source.kind === 'sqlite' ? source.path : `${source.url}#${source.schema ?? ''}`
}
