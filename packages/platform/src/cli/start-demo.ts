import type { RunDetail } from '@regie/engine'
import { contextOf } from '../app/create-services.ts'
import type { Platform } from '../app/platform.ts'
import { leaveTraces } from './start-leavings.ts'

/** What the demonstration does and tells. */
export interface DemoOptions {
  readonly platform: Platform
  /** From {@link untriedSchedules}. */
  readonly names: readonly string[]
  /** Between two tasks, in milliseconds. */
  readonly paceMs: number
  readonly signal: AbortSignal
  /** Told of each task that has ended. */
  readonly onEnded: (name: string, run: RunDetail) => void
}

/** Fills the apps with their sample data; answers a sentence of each. Twice is once. */
export async function fillSamples({ apps, services, config }: Platform): Promise<readonly string[]> {
  const told: string[] = []
  for (const app of apps) {
    if (app.sample !== undefined) told.push(await app.sample(contextOf(services, app, config.org.id)))
  }
  return told
}

/**
 * The schedules that had not run before this process started at `since` (milliseconds UTC), those of the apps first: what
 * they do is seen best.
 */
export async function untriedSchedules({ engine, apps }: Platform, since: number): Promise<readonly string[]> {
  const ofApps = (name: string) => apps.some(({ id }) => name.startsWith(`${id}.`))
  const untried = (await engine.schedules.list())
    .filter(({ declared, pausedAt }) => declared && pausedAt === undefined)
    .filter(({ lastSlot }) => lastSlot === undefined || lastSlot.handledAt >= since)
    .map(({ name }) => name)
  return [...untried.filter(ofApps), ...untried.filter((name) => !ofApps(name))]
}

/** Runs each schedule once, one after the other, then what the apps show; answers when all have ended, or at the signal. */
export async function playDemo({ platform, names, paceMs, signal, onEnded }: DemoOptions): Promise<void> {
  const { engine, config, apps, services } = platform
  if (names.some((name) => name.startsWith('cleanup.'))) await leaveTraces(config, engine.clock.now())
  const endings: Promise<void>[] = []
  for (const name of names) {
    if (signal.aborted) return
    const id = await engine.schedules.runNow(name)
    endings.push(engine.runs.wait(id, signal).then((run) => onEnded(name, run), ignore))
    await pause(platform, paceMs, signal)
  }
  await Promise.all(endings)
  for (const app of apps) {
    if (signal.aborted) return
    const id = await app.demo?.(contextOf(services, app, config.org.id))
    if (id === undefined) continue
    await engine.runs.wait(id, signal).then((run) => onEnded(run.job, run), ignore)
  }
}

/** The signal came, or the database went away: the server itself tells of it. */
function ignore(): void {}

function pause({ engine }: Platform, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = engine.clock.setTimer(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        cancel()
        resolve()
      },
      { once: true },
    )
  })
}
