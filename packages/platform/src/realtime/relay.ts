import { Outlet } from './outlet.ts'

// Of one process that does not read, at most this much waits here.
const MOST_BYTES = 2_097_152

/** A process that was let into a relay. */
export interface RelayPlace {
  /** Hands on what this process says to all others. */
  say(batch: string): void
  /** Bytes that wait for it. */
  waiting(): number
  /** It has ended. */
  leave(): void
}

/** Hands on what each process says to all others. Never keeps more than 2 MiB for one that does not read: it loses lines. */
export class Relay {
  readonly #outlets = new Set<Outlet>()

  /** `send` resolves once the process has taken a batch. */
  join(send: (batch: string) => Promise<void>): RelayPlace {
    const own = new Outlet({ send, mostBytes: MOST_BYTES })
    this.#outlets.add(own)
    return {
      say: (batch) => {
        for (const outlet of this.#outlets) if (outlet !== own) outlet.say(batch)
      },
      waiting: () => own.waiting,
      leave: () => {
        this.#outlets.delete(own)
        void own.close()
      },
    }
  }
}
