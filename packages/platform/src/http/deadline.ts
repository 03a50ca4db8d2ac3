import { errorCodes, type FastifyInstance, type FastifyReply } from 'fastify'

/**
 * Answers 503 (`HANDLER_TIMEOUT`) to what takes longer than `longestMs`; an answer that is under way is broken off. Requests
 * of one age stand in the order they came, so that one timer, for the oldest, serves all: Fastify's `handlerTimeout` makes a
 * timer and an AbortController for each, and aborts it at its end.
 */
export function limitHandlers(server: FastifyInstance, longestMs: number): void {
  const waiting = new Map<FastifyReply, number>()
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    timer = undefined
    for (const [reply, due] of waiting) {
      const left = due - performance.now()
      if (left > 0) {
        timer = setTimeout(look, left)
        return
      }
      waiting.delete(reply)
      giveUp(reply, longestMs)
    }
  }
  server.addHook('onRequest', (_request, reply, done) => {
    waiting.set(reply, performance.now() + longestMs)
    timer ??= setTimeout(look, longestMs)
    done()
  })
  server.addHook('onResponse', (_request, reply, done) => {
    waiting.delete(reply)
    done()
  })
  server.addHook('onClose', (_server, done) => {
    clearTimeout(timer)
    done()
  })
}

function giveUp(reply: FastifyReply, longestMs: number): void {
  // Ended, taken over by a stream that ends when it likes, or nobody is there any more.
  if (reply.sent || reply.raw.destroyed) return
  const error = new errorCodes.FST_ERR_HANDLER_TIMEOUT(longestMs, reply.request.routeOptions.url)
  if (reply.raw.headersSent) reply.raw.destroy(error)
  else void reply.send(error)
}
