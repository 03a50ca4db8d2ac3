import { currentActor, type Planned } from './world.ts'

/** What `setTimeout` and its siblings answer inside a world. */
class VirtualTimer implements Disposable {
  #planned: Planned | undefined

  plan(planned: Planned): this {
    this.#planned = planned
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }

  cancel(): void {
    this.#planned?.cancel()
  }

  [Symbol.dispose](): void {
    this.cancel()
  }
}

type Callback = (...args: readonly unknown[]) => void

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  random: Math.random,
  dateNow: Date.now,
  performanceNow: performance.now.bind(performance),
}

const clear =
  (original: (handle: never) => void) =>
  (handle: unknown): void => {
    if (handle instanceof VirtualTimer) handle.cancel()
    else original(handle as never)
  }

function setTimeoutVirtually(callback: Callback, delayMs = 0, ...args: readonly unknown[]): unknown {
  const world = currentActor()?.world
  if (world === undefined) return real.setTimeout(callback, delayMs, ...args)
  return new VirtualTimer().plan(world.plan('', Math.max(1, delayMs), () => callback(...args)))
}

function setIntervalVirtually(callback: Callback, delayMs = 0, ...args: readonly unknown[]): unknown {
  const world = currentActor()?.world
  if (world === undefined) return real.setInterval(callback, delayMs, ...args)
  const timer = new VirtualTimer()
  // Late as a rule: a busy machine may be, and a tick every 25 ms would be most of what happens.
  const again = (): void =>
    void timer.plan(
      world.plan('', delayMs * (1 + 15 * world.random()), () => {
        again()
        callback(...args)
      }),
    )
  again()
  return timer
}

function setImmediateVirtually(callback: Callback, ...args: readonly unknown[]): unknown {
  const world = currentActor()?.world
  if (world === undefined) return real.setImmediate(callback, ...args)
  return new VirtualTimer().plan(world.plan('', 0, () => callback(...args), true))
}

/**
 * Puts virtual time in the place of the machine's, for code that runs on an actor's account; anybody else keeps the real
 * one. Answers how to take it away again.
 */
export function installVirtualTime(): () => void {
  Object.assign(globalThis, {
    setTimeout: setTimeoutVirtually,
    setInterval: setIntervalVirtually,
    setImmediate: setImmediateVirtually,
    clearTimeout: clear(real.clearTimeout),
    clearInterval: clear(real.clearInterval),
    clearImmediate: clear(real.clearImmediate),
  })
  Math.random = () => (currentActor()?.world.random ?? real.random)()
  Date.now = () => currentActor()?.world.wall ?? real.dateNow()
  performance.now = () => currentActor()?.world.now ?? real.performanceNow()
  return () => {
    const { random, dateNow, performanceNow, ...timers } = real
    Object.assign(globalThis, timers)
    Math.random = random
    Date.now = dateNow
    performance.now = performanceNow
  }
}
