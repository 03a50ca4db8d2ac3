import type { z } from 'zod'
import type { Access } from '../auth/permissions.ts'
import { PlatformError } from '../errors.ts'

/** What a topic's parameters may be: short texts or whole numbers, which become part of the channel's name. */
export type TopicParams = Readonly<Record<string, string | number>>

/** When a passing message goes to other processes. */
export type Carry = 'always' | 'wanted' | 'never'

/** A topic as its author writes it. */
export interface TopicDefinition<Params extends TopicParams, Data extends z.ZodType> {
  /** Lower-case, unique: `runs`. In an app it gets the app's id as prefix. */
  readonly name: string
  /** One line for the reference. */
  readonly summary: string
  /** Each makes a channel of its own: `run:42`. In the order of the fields. Default none. */
  readonly params?: z.ZodType<Params>
  readonly data: Data
  /** Who may subscribe in the organisation. */
  readonly access: Exclude<Access, 'public'>
  /** Whoever lacks the permission may subscribe to what is their own: see `RealtimeOptions.isOwn`. Default false. */
  readonly orOwn?: boolean
  /**
   * `kept`: written to the database and resumed from without loss for ten minutes. `passing`: remembered by this process
   * only, and carried to the others as well as can be: for what is worth nothing a minute later. Default `kept`.
   */
  readonly kind?: 'kept' | 'passing'
  /**
   * To which processes a passing message goes. `wanted`: to others only while somebody listens there, which they say
   * within a moment: for floods, which whoever makes them asks about first. `never`: each process looks for itself. Default `always`.
   */
  readonly carry?: Carry
  /** `person`: each person has a channel of their own, which all call by the topic's name. Default `organisation`. */
  readonly audience?: 'organisation' | 'person'
}

/** What is published, and who may hear it. */
export interface Topic<Params extends TopicParams = TopicParams, Data = unknown> {
  readonly name: string
  readonly summary: string
  readonly params: z.ZodType<Params> | undefined
  readonly data: z.ZodType<unknown, Data>
  readonly access: Exclude<Access, 'public'>
  readonly orOwn: boolean
  readonly kind: 'kept' | 'passing'
  readonly carry: Carry
  readonly audience: 'organisation' | 'person'
}

/** Any topic. Its own schemas check what it is given. */
export type AnyTopic = Topic

const PART = /^[\w.-]{1,64}$/

/** Declares a topic. */
export function topic<Params extends TopicParams = Record<never, never>, Data extends z.ZodType = z.ZodType>(
  definition: TopicDefinition<Params, Data>,
): Topic<Params, z.input<Data>> {
  const { name, summary, params, data, access, orOwn = false } = definition
  const { kind = 'kept', carry = 'always', audience = 'organisation' } = definition
  return {
    name,
    summary,
    params,
    data: data as z.ZodType<unknown, z.input<Data>>,
    access,
    orOwn,
    kind,
    carry,
    audience,
  }
}

/** The channel of a topic: `run:42`. Throws `TOPIC_INVALID` when the parameters are not the topic's. */
export function channelOf(topic: AnyTopic, params: TopicParams): string {
  if (topic.params === undefined) return topic.name
  const parsed = topic.params.safeParse(params)
  const parts = parsed.success ? Object.values(parsed.data).map(String) : []
  if (!parsed.success || parts.length === 0 || !parts.every((part) => PART.test(part)))
    throw new PlatformError(
      'TOPIC_INVALID',
      `these are no parameters of the topic ${topic.name}: each is 1 to 64 letters, digits, dots, underscores and hyphens`,
      { status: 400 },
    )
  return [topic.name, ...parts].join(':')
}

/** The channel of one person's own topic. */
export function channelOfPerson({ name }: AnyTopic, person: string): string {
  return `${name}:${person}`
}
