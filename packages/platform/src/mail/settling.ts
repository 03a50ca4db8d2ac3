import type { Clock } from '@regie/engine'
import type { Mailer } from './mailer.ts'

const LONGEST_WAIT_MS = 5_000

/**
 * The same mailer, which is disposed of once the messages under way are sent or have failed, 5 s later at most: some are not
 * waited for by whoever sends them, and a server that stops must not lose them.
 */
export function settling(mailer: Mailer & Partial<AsyncDisposable>, clock: Clock): Mailer & AsyncDisposable {
  const underWay = new Set<Promise<void>>()
  return {
    delivery: mailer.delivery,
    from: mailer.from,
    send(mail) {
      const sending = mailer.send(mail)
      underWay.add(sending)
      const done = () => void underWay.delete(sending)
      sending.then(done, done)
      return sending
    },
    async [Symbol.asyncDispose]() {
      let cancel = () => {}
      const tooLong = new Promise<void>((resolve) => {
        if (underWay.size === 0) resolve()
        else cancel = clock.setTimer(resolve, LONGEST_WAIT_MS)
      })
      await Promise.race([Promise.allSettled(underWay), tooLong])
      cancel()
      await mailer[Symbol.asyncDispose]?.()
    },
  }
}
