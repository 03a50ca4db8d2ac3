import { type Bus, type BusListener, hearLines } from './bus.ts'
import { Outlet } from './outlet.ts'

/** The way to the other processes of a machine, through the one that started them. */
export interface SiblingLink {
  /** Resolves once it was taken. */
  send(batch: string): Promise<void>
  /** Answers how to stop hearing. */
  hear(heard: (batch: string) => void): () => void
}

/** What is carried goes through the parent of all processes; of kept messages they hear as `database` says. */
export function siblingBus(link: SiblingLink, database: Bus, listener: BusListener): Bus {
  const outlet = new Outlet({ send: (batch) => link.send(batch) })
  const stop = link.hear((batch) => hearLines(batch, listener))
  return {
    announce: () => database.announce(),
    carry: (line) => void outlet.say(line),
    async [Symbol.asyncDispose]() {
      stop()
      await outlet.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
