import type { SiblingLink } from './bus-siblings.ts'
import type { Relay } from './relay.ts'

/** A way through a relay, as a child process has it, without processes. */
export function linkThrough(relay: Relay): SiblingLink {
  const ears = new Set<(batch: string) => void>()
  const place = relay.join(async (batch) => {
    for (const ear of ears) ear(batch)
  })
  return {
    send: async (batch) => place.say(batch),
    hear(heard) {
      ears.add(heard)
      return () => void ears.delete(heard)
    },
  }
}
