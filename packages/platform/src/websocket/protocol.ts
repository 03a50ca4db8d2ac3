import { z } from 'zod'

/** Refusals of one command, by the numbers of the Centrifuge protocol. */
export const REPLY_ERRORS = {
  internal: { code: 100, message: 'internal server error', temporary: true },
  unknownChannel: { code: 102, message: 'unknown channel' },
  permissionDenied: { code: 103, message: 'permission denied' },
  methodNotFound: { code: 104, message: 'method not found' },
  alreadySubscribed: { code: 105, message: 'already subscribed' },
  limitExceeded: { code: 106, message: 'limit exceeded' },
  badRequest: { code: 107, message: 'bad request' },
  notAvailable: { code: 108, message: 'not available' },
  tokenExpired: { code: 109, message: 'token expired' },
  unrecoverablePosition: { code: 112, message: 'unrecoverable position' },
} as const

/** A refusal by its name. */
export type ReplyError = keyof typeof REPLY_ERRORS

/** Why a connection ends. From 3500 to 3999 the client does not come back by itself. */
export const DISCONNECTS = {
  shutdown: { code: 3001, reason: 'shutdown' },
  serverError: { code: 3004, reason: 'internal server error' },
  expired: { code: 3005, reason: 'connection expired' },
  slow: { code: 3008, reason: 'slow' },
  noPong: { code: 3012, reason: 'no pong' },
  tooManyRequests: { code: 3013, reason: 'too many requests' },
  unauthorized: { code: 3500, reason: 'unauthorized' },
  badRequest: { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  sessionEnded: { code: 3503, reason: 'session ended' },
  connectionLimit: { code: 3504, reason: 'connection limit' },
} as const

/** A reason by its name. */
export type Disconnect = keyof typeof DISCONNECTS

/** A subscription ended by the server, below 2500 for good. */
export const UNSUBSCRIBED = { code: 2000, reason: 'permission lost' } as const

const position = z.object({
  offset: z.int().min(0).optional(),
  epoch: z.string().max(64).optional(),
})

const channel = z.string().min(1).max(255)

/** One line of a client. Fields of the protocol that mean nothing here are ignored. */
export const commandSchema = z.object({
  id: z.int().min(0).optional(),
  connect: z.object({ token: z.string().max(16_384).optional() }).optional(),
  subscribe: position.extend({ channel, recover: z.boolean().optional(), flag: z.int().optional() }).optional(),
  unsubscribe: z.object({ channel }).optional(),
  history: z.object({ channel, limit: z.int().optional(), since: position.optional() }).optional(),
  refresh: z.object({ token: z.string().min(1).max(16_384) }).optional(),
  ping: z.object({}).optional(),
  publish: z.object({}).optional(),
  presence: z.object({}).optional(),
  presence_stats: z.object({}).optional(),
})

/** A command that was understood. */
export type Command = z.output<typeof commandSchema>

/** What a subscribe, or a history, asks for. */
export type SubscribeCommand = NonNullable<Command['subscribe']>

/** Of `flag`: refuse instead of subscribing without what was missed. */
export const REJECT_UNRECOVERED = 2
