import { STATUS_CODES } from 'node:http'
import type { PlatformErrorCode } from '../errors.ts'
import { ENGINE_STATUS, problem } from '../http/problem.ts'
import { refusalHeaders } from './headers.ts'
import type { JsonSchema } from './schema.ts'

/** The codes of refusals by their status, as far as HTTP clients can meet them. */
const PLATFORM_STATUS: Partial<Record<PlatformErrorCode, number | readonly number[]>> = {
  ALERT_UNKNOWN: 404,
  AUDIT_FAILED: 503,
  AUDIT_UNKNOWN: 404,
  // What better-auth says without a code of ours.
  AUTH_REFUSED: [400, 401, 403, 415],
  BACKUP_UNKNOWN: 404,
  BODY_TOO_LARGE: 413,
  BULK_ENDED: 409,
  BULK_UNKNOWN: 404,
  CURSOR_INVALID: 400,
  ERROR_UNKNOWN: 404,
  FORBIDDEN: 403,
  HANDLER_TIMEOUT: 503,
  HOST_REFUSED: 421,
  IDEMPOTENCY_LOST: 409,
  IDEMPOTENCY_MISMATCH: 422,
  IDEMPOTENCY_PENDING: 409,
  INPUT_AMBIGUOUS: 400,
  INPUT_INVALID: 400,
  INSTANT_PASSED: 422,
  INTERNAL: 500,
  INVITATION_UNKNOWN: 404,
  JSON_INVALID: 400,
  JSON_TOO_DEEP: 400,
  KEY_UNKNOWN: 404,
  LINK_INVALID: 400,
  MEDIA_TYPE_UNSUPPORTED: 415,
  NOT_FOUND: 404,
  ORGANISATION_HOME: 409,
  ORGANISATION_STATE: 409,
  ORGANISATION_UNKNOWN: 404,
  ORIGIN_REFUSED: 403,
  OUTGOING_FAILED: 422,
  OUTGOING_REFUSED: 422,
  OWNER_LAST: 409,
  PASSKEY_REFUSED: 403,
  PASSKEY_UNKNOWN: 404,
  PASSWORD_WEAK: 400,
  PERMISSION_UNKNOWN: 400,
  PROOF_NEEDED: 403,
  PROOF_STALE: 403,
  PUSH_ADDRESS_REFUSED: 400,
  RATE_LIMITED: 429,
  RATE_UNKNOWN: 503,
  // Broken, too slow, too long an address, too many or too large headers.
  REQUEST_INVALID: [400, 408, 414, 431],
  ROLE_FIXED: 409,
  // In an input, and in an address.
  ROLE_UNKNOWN: [400, 404],
  RUN_NOT_SUCCEEDED: 409,
  SCAFFOLD_REFUSED: 409,
  SECOND_FACTOR_ENROL: 403,
  SECOND_FACTOR_LOCKED: 429,
  SECOND_FACTOR_NEEDED: 403,
  SECOND_FACTOR_STATE: 409,
  SECOND_FACTOR_WRONG: 403,
  SESSION_UNKNOWN: 404,
  SILENCE_UNKNOWN: 404,
  SIGN_IN_REFUSED: [400, 401],
  SIGN_IN_THROTTLED: 429,
  SSO_PROVIDER_INVALID: 422,
  SSO_PROVIDER_UNKNOWN: 404,
  SSO_REFUSED: 403,
  STREAM_LIMIT: 429,
  TOPIC_INVALID: 400,
  TOPIC_UNKNOWN: 404,
  UNAUTHENTICATED: 401,
  UPGRADE_REQUIRED: 426,
  USER_EXISTS: 409,
  USER_UNKNOWN: 404,
  VIEW_EXISTS: 409,
  VIEW_LIMIT: 409,
  VIEW_UNKNOWN: 404,
}

/** Codes and their status, of an app. */
export type AppErrors = Readonly<Record<string, number>>

/** What decides which refusals an address may answer. */
export interface RefusalOptions {
  readonly isPublic: boolean
  readonly hasBody: boolean
  /** Of this address besides. */
  readonly more: readonly number[]
  readonly errors: AppErrors
}

/** The problem of RFC 9457 that every refusal is answered with. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'RFC 9457. Programs look at `code`; `message` is for people; `errors` has the messages by field.',
  properties: {
    type: { type: 'string', description: '`urn:regie:problem:` and the code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    message: { type: 'string' },
    code: { type: 'string' },
    about: {
      type: 'object',
      description: 'What the message names, to say it in another language.',
      additionalProperties: { type: ['string', 'number'] },
    },
    errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string' },
          code: { type: 'string' },
          message: { type: 'string' },
          wants: {
            type: 'object',
            description: 'What was expected instead.',
            properties: {
              kind: { type: 'string' },
              format: { type: 'string' },
              least: { type: 'number' },
              most: { type: 'number' },
              choices: { type: 'array', items: { type: 'string' } },
              absent: { type: 'boolean' },
            },
          },
        },
        required: ['path', 'code', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'message', 'code'],
}

/** The statuses one address may refuse with, rising. */
export function refusalStatuses({ isPublic, hasBody, more, errors }: RefusalOptions): readonly number[] {
  const concerns = (status: number) =>
    more.includes(status) || (!(isPublic && status === 401) && (hasBody || (status !== 413 && status !== 415)))
  return [...codesByStatus(errors).keys()].filter(concerns).toSorted((one, other) => one - other)
}

/** The responses of all refusals, by status; `errors` are those of an app. */
export function refusalResponses(errors: AppErrors): ReadonlyMap<number, object> {
  return new Map([...codesByStatus(errors)].map(([status, codes]) => [status, refusal(status, codes)]))
}

/**
 * Every code that an HTTP client can meet, by its status.
 *
 * @internal
 */
export function codesByStatus(errors: AppErrors): ReadonlyMap<number, readonly string[]> {
  const codes = Object.entries({ ...ENGINE_STATUS, ...PLATFORM_STATUS, ...errors })
    .flatMap(([code, statuses]) => [statuses].flat().map((status) => [code, status] as const))
    .toSorted()
  const grouped = Map.groupBy(codes, ([, status]) => status)
  return new Map([...grouped].map(([status, list]) => [status, list.map(([code]) => code)]))
}

// What clients meet most.
const USUAL = new Set([
  'INPUT_INVALID',
  'NOT_FOUND',
  'RATE_LIMITED',
  'IDEMPOTENCY_PENDING',
  'IDEMPOTENCY_MISMATCH',
  'FORBIDDEN',
  'STORE_BUSY',
])

function exampleCode(codes: readonly string[]): string {
  return codes.find((code) => USUAL.has(code)) ?? codes[0] ?? 'INTERNAL'
}

function refusal(status: number, codes: readonly string[]): object {
  return {
    description: `${STATUS_CODES[status] ?? 'Refused'}: ${codes.join(', ')}`,
    ...refusalHeaders(status),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: problem({ status, code: exampleCode(codes), message: 'What is wrong, and the way out.' }),
      },
    },
  }
}
