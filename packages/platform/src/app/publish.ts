import type { Publisher, PublishingTransaction } from '../realtime/realtime.ts'
import type { Topic, TopicParams } from '../realtime/topic.ts'

/** Tells whoever listens, in the organisation of the context. */
export interface Publish {
  /**
   * Publishes a live message. On a transaction it is heard if and when that commits. Throws `TOPIC_INVALID` for wrong
   * parameters and `MESSAGE_INVALID` for wrong data.
   */
  publish<Params extends TopicParams, Data>(topic: Topic<Params, Data>, params: Params, data: Data): Promise<void>
}

/** Publishing for one organisation, inside a transaction when one is given. */
export function publishIn(publisher: Publisher, org: string, tx?: PublishingTransaction): Publish {
  return { publish: (topic, params, data) => publisher.publish(topic, params, data, { org }, tx) }
}
