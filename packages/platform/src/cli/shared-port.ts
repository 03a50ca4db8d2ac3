import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'

/** Hands a connection to a process; resolves once that has it. */
export type Handing = (socket: Socket) => Promise<void>

/** One port of which every connection goes to one of several processes. */
export interface SharedPort {
  /** Such as `http://127.0.0.1:7070`. */
  readonly address: string
  /** Gives a process its share of the connections; answers how to give it no more. */
  join(hand: Handing): () => void
  /** Refuses new connections; resolves once all that were accepted have been handed over, within 2 s. */
  close(): Promise<void>
}

interface Taker {
  readonly hand: Handing
  /** Connections on their way to it. */
  pending: number
}

// While no process is up: beyond it, whoever comes is cut off at once.
const MOST_WAITING = 1_000
const PATIENCE_MS = 2_000

/**
 * Listens for several processes. The one that accepts does nothing else, so hardly a connection waits to be accepted, and
 * none is lost when all stop: first nobody is let in any more, then each process is told to stop, after the last connection
 * it was handed. (Node's own cluster closes what it has accepted and not yet handed over.) Throws `LISTEN_FAILED`.
 */
export async function openSharedPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<SharedPort> {
  const takers = new Set<Taker>()
  const waiting: Socket[] = []
  const handing = new Set<Promise<void>>()
  const accept = (socket: Socket): void => {
    // Whoever goes while they wait is not worth a word.
    socket.on('error', () => {})
    handOver(socket)
  }
  const handOver = (socket: Socket): void => {
    const [taker] = [...takers].toSorted((one, other) => one.pending - other.pending)
    if (taker === undefined) {
      if (waiting.length < MOST_WAITING) waiting.push(socket)
      else socket.destroy()
      return
    }
    // Whose turn it is among equals: the one that has waited for longest.
    takers.delete(taker)
    takers.add(taker)
    taker.pending += 1
    const handed = taker.hand(socket).finally(() => {
      taker.pending -= 1
      handing.delete(handed)
    })
    handing.add(handed)
  }
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, accept)
  const address = await listen(server, host, port)
  return {
    address,
    join(hand) {
      const taker = { hand, pending: 0 }
      takers.add(taker)
      for (const socket of waiting.splice(0)) handOver(socket)
      return () => void takers.delete(taker)
    },
    async close() {
      server.close()
      for (const socket of waiting.splice(0)) socket.destroy()
      // A process that is stuck takes nothing, and must not hold up the others.
      await Promise.race([Promise.all(handing), sleep(PATIENCE_MS, undefined, { ref: false })])
    },
  }
}

// Later errors (no more descriptors) concern connections that nobody has seen: those come again.
function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause) => {
      const busy = 'code' in cause && cause.code === 'EADDRINUSE'
      const reason = busy ? 'another program uses it: stop that one, or set REGIE_PORT' : String(cause)
      reject(new PlatformError('LISTEN_FAILED', `cannot listen on http://${host}:${port}: ${reason}`, { cause }))
    })
    server.listen(port, host, () => {
      const bound = server.address()
      const taken = typeof bound === 'object' && bound !== null ? bound.port : port
      resolve(`http://${nameOf(host)}:${taken}`)
    })
  })
}

/** How one comes here: nobody can open "every address of this machine". */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
