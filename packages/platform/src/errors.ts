/** Every way the platform refuses or fails, as a stable code. docs/reference/errors.md has one line for each. */
export const PLATFORM_ERROR_CODES = [
  'ALERT_UNKNOWN',
  'APP_INVALID',
  'AUDIT_FAILED',
  'AUDIT_UNKNOWN',
  'AUTH_REFUSED',
  'BACKUP_CORRUPT',
  'BACKUP_FAILED',
  'BACKUP_UNKNOWN',
  'BODY_TOO_LARGE',
  'BULK_ENDED',
  'BULK_UNKNOWN',
  'CONFIG_INVALID',
  'CURSOR_INVALID',
  'ERASURE_UNLISTED',
  'ERROR_UNKNOWN',
  'FOLDER_INVALID',
  'FORBIDDEN',
  'HANDLER_TIMEOUT',
  'HOST_REFUSED',
  'IDEMPOTENCY_LOST',
  'IDEMPOTENCY_MISMATCH',
  'IDEMPOTENCY_PENDING',
  'INPUT_AMBIGUOUS',
  'INPUT_INVALID',
  'INSTANT_PASSED',
  'INTERNAL',
  'INVITATION_UNKNOWN',
  'JSON_INVALID',
  'JSON_TOO_DEEP',
  'KEY_UNKNOWN',
  'LINK_INVALID',
  'LISTEN_FAILED',
  'MAIL_FAILED',
  'MAIL_INVALID',
  'MEDIA_TYPE_UNSUPPORTED',
  'MESSAGE_INVALID',
  'MIGRATION_MISPLACED',
  'METHOD_NOT_ALLOWED',
  'NOTICE_INVALID',
  'NOT_FOUND',
  'ORGANISATION_FOREIGN',
  'ORGANISATION_HOME',
  'ORGANISATION_STATE',
  'ORGANISATION_UNKNOWN',
  'ORIGIN_REFUSED',
  'OUTGOING_FAILED',
  'OUTGOING_REFUSED',
  'OWNER_LAST',
  'PASSKEY_REFUSED',
  'PASSKEY_UNKNOWN',
  'PASSWORD_WEAK',
  'PERMISSION_UNKNOWN',
  'PROOF_NEEDED',
  'PROOF_STALE',
  'PURGE_FAILED',
  'PUSH_ADDRESS_REFUSED',
  'QUERY_REFUSED',
  'RATE_LIMITED',
  'RATE_UNKNOWN',
  'REDIS_UNAVAILABLE',
  'REQUEST_INVALID',
  'RESPONSE_INVALID',
  'RESTORE_REFUSED',
  'ROLE_FIXED',
  'ROLE_UNKNOWN',
  'RUN_NOT_SUCCEEDED',
  'SCAFFOLD_REFUSED',
  'SECOND_FACTOR_ENROL',
  'SECOND_FACTOR_LOCKED',
  'SECOND_FACTOR_NEEDED',
  'SECOND_FACTOR_STATE',
  'SECOND_FACTOR_WRONG',
  'SESSION_UNKNOWN',
  'SIGN_IN_REFUSED',
  'SIGN_IN_THROTTLED',
  'SILENCE_UNKNOWN',
  'SSO_PROVIDER_INVALID',
  'SSO_PROVIDER_UNKNOWN',
  'SSO_REFUSED',
  'STREAM_LIMIT',
  'STUCK_FAILED',
  'TOPIC_INVALID',
  'TOPIC_UNKNOWN',
  'UNAUTHENTICATED',
  'UPGRADE_REQUIRED',
  'USER_EXISTS',
  'USER_UNKNOWN',
  'VIEW_EXISTS',
  'VIEW_LIMIT',
  'VIEW_UNKNOWN',
  'WRITE_OUTSIDE_TRANSACTION',
] as const

/** A stable, documented failure code of the platform. */
export type PlatformErrorCode = (typeof PLATFORM_ERROR_CODES)[number]

/** One thing that is wrong: where, a code, and the sentence for a person. */
export interface Issue {
  readonly path: string
  readonly code: string
  readonly message: string
  /** What was expected instead, so that a form can say it in the language of whoever filled it in. */
  readonly wants?: Wants
}

/** What a schema asks of a field, as far as a form can say it. */
export interface Wants {
  /** `string`, `array`, `number`, … */
  readonly kind?: string
  /** `email`, `url`, `date`, … */
  readonly format?: string
  /** Characters of a text, entries of a list, or the number itself. */
  readonly least?: number
  readonly most?: number
  /** One of these. */
  readonly choices?: readonly string[]
  /** There was nothing at all. */
  readonly absent?: true
}

/**
 * What the message names, and with `why` which of several reasons of one code it was: with these a console says the same in
 * the language of its reader. Nothing secret.
 */
export type About = Readonly<Record<string, string | number>>

/** What a {@link PlatformError} may carry besides its code and message. */
export interface PlatformErrorDetails {
  readonly cause?: unknown
  readonly about?: About
  /** One entry for each thing that is wrong. */
  readonly issues?: readonly Issue[]
  /** The HTTP status it is answered with. Default 500, which shows neither message nor code to the client. */
  readonly status?: number
}

/** The only error class the platform throws on purpose. The message names the thing and the way out; `code` is stable. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly code: PlatformErrorCode
  readonly about: About | undefined
  readonly issues: readonly Issue[]
  readonly status: number

  constructor(code: PlatformErrorCode, message: string, details: PlatformErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.about = details.about
    this.issues = details.issues ?? []
    this.status = details.status ?? 500
  }
}

/** True when `error` is a {@link PlatformError}, optionally of one given code. */
export function isPlatformError(error: unknown, code?: PlatformErrorCode): error is PlatformError {
  return error instanceof PlatformError && (code === undefined || error.code === code)
}
