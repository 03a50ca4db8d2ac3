import type { QueueStatus } from '@regie/engine'
import { viewQueue } from '../api/queues.ts'
import { keyOf } from '../realtime/message.ts'
import type { Publisher } from '../realtime/realtime.ts'
import { queuesTopic } from './topics.ts'
import type { Watch } from './watch.ts'

/** The figures of the queues. */
export function watchQueues(queues: () => Promise<readonly QueueStatus[]>, publisher: Publisher): Watch {
  let told = ''
  return {
    topic: queuesTopic.name,
    everyMs: 500,
    async look(keys, fresh) {
      const list = (await queues()).map(viewQueue)
      // The age of the oldest grows by itself.
      const digest = JSON.stringify(list.map(({ oldestMs: _, ...rest }) => rest))
      const isNews = digest !== told
      told = digest
      for (const key of keys) {
        if (isNews || fresh.has(keyOf(key))) await publisher.publish(queuesTopic, {}, { queues: list }, key)
      }
    },
  }
}
