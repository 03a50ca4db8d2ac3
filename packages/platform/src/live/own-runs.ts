import type { Engine } from '@regie/engine'
import { mayFollow } from '../api/own-run.ts'
import type { IsOwn } from '../realtime/topics.ts'
import { runLogTopic, runTopic } from './topics.ts'

/** Whether a channel is that of a run which whoever listens has started. */
export function ownRuns(engine: () => Engine): IsOwn {
  return async (principal, { topic, channel }) =>
    (topic.name === runTopic.name || topic.name === runLogTopic.name) &&
    mayFollow(engine(), principal, Number(channel.slice(topic.name.length + 1)))
}
