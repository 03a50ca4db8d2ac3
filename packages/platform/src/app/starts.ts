import type { AnyApp } from './app.ts'
import { contextOf } from './create-services.ts'
import type { Services } from './services.ts'

/** What the apps keep open while the process runs. */
export interface Starts extends AsyncDisposable {
  /** Calls each app's `start`, one after the other; rejects with what one throws. */
  start(): Promise<void>
}

/** Looks after what `start` of each app opens; disposed in the other order. */
export function openStarts(apps: readonly AnyApp[], services: Services, org: string): Starts {
  const open = new AsyncDisposableStack()
  return {
    async start() {
      for (const app of apps) {
        const opened = await app.start?.(contextOf(services, app, org))
        if (opened !== undefined) open.use(opened)
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
