import { z } from 'zod'
import { mayDo, type Principal } from '../auth/principal.ts'
import type { ChannelKey } from './message.ts'
import { type AnyTopic, channelOf, channelOfPerson } from './topic.ts'

/** A channel that a client named, for the one who asked. */
export interface NamedChannel {
  readonly topic: AnyTopic
  /** As the client calls it. */
  readonly name: string
  /** As it is kept. */
  readonly channel: string
  /** It is heard because it is the listener's own. */
  readonly own?: boolean
}

/** The topics by their names. */
export interface Topics {
  readonly list: readonly AnyTopic[]
  /** What a client's name means for this principal; undefined when there is no such channel. */
  find(name: string, principal: Principal): NamedChannel | undefined
}

const LONGEST_NAME = 255

/** All topics of the platform and its apps. */
export function createTopics(list: readonly AnyTopic[]): Topics {
  const byName = new Map(list.map((topic) => [topic.name, topic]))
  return {
    list,
    find(name, principal) {
      if (name.length > LONGEST_NAME) return undefined
      const [word = '', ...parts] = name.split(':')
      const topic = byName.get(word)
      if (topic === undefined) return undefined
      const channel = topic.audience === 'person' ? ownChannel(topic, parts, principal) : shared(topic, parts)
      return channel === undefined ? undefined : { topic, name, channel }
    },
  }
}

/** The name of the topic a channel belongs to. */
export function topicNameOf({ channel }: Pick<ChannelKey, 'channel'>): string {
  return channel.split(':', 1)[0] ?? channel
}

/** Answers whether what a channel is about is the principal's own. */
export type IsOwn = (principal: Principal, channel: NamedChannel) => Promise<boolean>

/** Why a principal may hear a channel: by what they hold, which may be taken from them, or because it is their own; undefined when they may not. */
export async function grantOf(
  principal: Principal,
  named: NamedChannel,
  isOwn: IsOwn,
): Promise<'held' | 'own' | undefined> {
  if (mayHear(principal, named.topic)) return 'held'
  return named.topic.orOwn && (await isOwn(principal, named)) ? 'own' : undefined
}

/** True when the principal holds what a topic needs. */
export function mayHear(principal: Principal, { access }: Pick<AnyTopic, 'access'>): boolean {
  return access === 'signed-in' || mayDo(principal, access)
}

function ownChannel(topic: AnyTopic, parts: readonly string[], { kind, id }: Principal): string | undefined {
  return parts.length === 0 && kind === 'user' ? channelOfPerson(topic, id) : undefined
}

function shared(topic: AnyTopic, parts: readonly string[]): string | undefined {
  const names = topic.params instanceof z.ZodObject ? Object.keys(topic.params.shape) : []
  if (names.length !== parts.length) return undefined
  try {
    // The topic's own schema decides what these texts are.
    return channelOf(topic, Object.fromEntries(names.map((name, index) => [name, parts[index] ?? ''])))
  } catch {
    return undefined
  }
}
