import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from './server.ts'

/** What became of the requests of a load. */
export interface LoadResult {
  /** Answered, by status. */
  readonly answered: Readonly<Record<number, number>>
  /** Of these, told that the connection ends. */
  readonly toldToClose: number
  /** No connection: nobody listens. */
  readonly refused: number
  /** Cut off after the connection was there: code, and whether it had answered before. */
  readonly cut: readonly string[]
  /** Runs whose acknowledgement came. */
  readonly runs: readonly number[]
}

/** A load that goes on until it is stopped. */
export interface Load {
  readonly result: LoadResult
  /** Resolves once every connection has ended. */
  stop(): Promise<LoadResult>
}

interface Counts {
  readonly answered: Record<number, number>
  toldToClose: number
  refused: number
  readonly cut: string[]
  readonly runs: number[]
}

const PAUSE_WHEN_REFUSED_MS = 50

/** So many connections, each asking again as soon as it has its answer; every fourth enqueues a run each time. */
export function startLoad(server: Pick<Server, 'address' | 'authorization'>, connections: number): Load {
  const counts: Counts = { answered: {}, toldToClose: 0, refused: 0, cut: [], runs: [] }
  let stopped = false
  const work = Array.from({ length: connections }, async (_, index) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!stopped) {
      const isRefused = await ask(server, agent, index % 4 === 0, counts)
      if (isRefused) await sleep(PAUSE_WHEN_REFUSED_MS)
    }
    agent.destroy()
  })
  return {
    result: counts,
    async stop() {
      stopped = true
      await Promise.all(work)
      return counts
    },
  }
}

/** True when there was nobody. */
function ask(
  { address, authorization }: Pick<Server, 'address' | 'authorization'>,
  agent: Agent,
  enqueues: boolean,
  counts: Counts,
): Promise<boolean> {
  const path = enqueues ? '/api/v1/schedules/cleanup.logs/run' : '/api/v1/queues'
  return new Promise((resolve) => {
    const asked = request(`${address}${path}`, {
      agent,
      method: enqueues ? 'POST' : 'GET',
      headers: { authorization },
    })
    let isAnswered = false
    asked.on('response', (answer) => {
      isAnswered = true
      const { statusCode = 0, headers } = answer
      let text = ''
      answer
        .setEncoding('utf8')
        .on('data', (chunk) => (text += chunk))
        .on('error', () => {})
        .on('close', () => {
          if (!answer.complete) counts.cut.push('in the middle of an answer')
          else {
            counts.answered[statusCode] = (counts.answered[statusCode] ?? 0) + 1
            if (headers.connection === 'close') counts.toldToClose += 1
            if (enqueues && statusCode < 300) counts.runs.push(JSON.parse(text).runId)
          }
          resolve(false)
        })
    })
    asked.on('error', (error: NodeJS.ErrnoException) => {
      const isRefused = error.code === 'ECONNREFUSED'
      if (isRefused) counts.refused += 1
      else if (!isAnswered)
        counts.cut.push(`${error.code}, ${asked.reusedSocket ? 'a connection that was kept' : 'a new connection'}`)
      resolve(isRefused)
    })
    asked.end()
  })
}
