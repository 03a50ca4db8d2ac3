import type { EngineTransaction } from '@regie/engine'
import type { Inbox, Notice } from '../inbox/inbox.ts'
import type { Publisher } from '../realtime/realtime.ts'
import type { Topic, TopicParams } from '../realtime/topic.ts'

/** Tells people, in the organisation of the context. On a transaction they hear of it if and when that commits. */
export interface Publish {
  /** Publishes a live message. Throws `TOPIC_INVALID` for wrong parameters and `MESSAGE_INVALID` for wrong data. */
  publish<Params extends TopicParams, Data>(topic: Topic<Params, Data>, params: Params, data: Data): Promise<void>
  /**
   * Puts a notice into a person's inbox, and tells their open windows and browsers. Somebody who is no member of the organisation (any
   * more) is told nothing: an input may name anybody. Throws `NOTICE_INVALID`.
   */
  notify(userId: string, notice: Notice): Promise<void>
}

/** What publishing goes through. */
export interface Publishers {
  readonly realtime: Publisher
  readonly inbox: Pick<Inbox, 'notify'>
}

/** Publishing for one organisation, inside a transaction when one is given. */
export function publishIn<DB>({ realtime, inbox }: Publishers, org: string, tx?: EngineTransaction<DB>): Publish {
  return {
    publish: (topic, params, data) => realtime.publish(topic, params, data, { org }, tx),
    // The inbox has tables of its own, in the same database.
    notify: (user, notice) => inbox.notify({ org, user }, notice, tx as unknown as EngineTransaction | undefined),
  }
}
