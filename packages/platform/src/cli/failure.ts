import { type EngineErrorCode, isEngineError } from '@regie/engine'
import { isPlatformError, type PlatformErrorCode } from '../errors.ts'
import { scrubber } from '../observe/scrub.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { toJson } from './json.ts'
import { paint, type Screen } from './style.ts'

/** Why a command ended without its answer. */
export interface Failure {
  readonly code: string
  readonly message: string
  /** What to do now. */
  readonly next: string
  readonly exit: ExitCode
  readonly issues: readonly { readonly path: string; readonly code: string; readonly message: string }[]
  /** Of errors nobody foresaw. */
  readonly stack?: string
}

type Code = EngineErrorCode | PlatformErrorCode

const EXITS: Readonly<Partial<Record<Code, ExitCode>>> = {
  ALERT_UNKNOWN: EXIT.notFound,
  BACKUP_UNKNOWN: EXIT.notFound,
  ERROR_UNKNOWN: EXIT.notFound,
  INVITATION_UNKNOWN: EXIT.notFound,
  JOB_UNKNOWN: EXIT.notFound,
  KEY_UNKNOWN: EXIT.notFound,
  PROJECTION_UNKNOWN: EXIT.notFound,
  QUEUE_UNKNOWN: EXIT.notFound,
  RUN_UNKNOWN: EXIT.notFound,
  SCHEDULE_UNKNOWN: EXIT.notFound,
  SIGNAL_UNKNOWN: EXIT.notFound,
  SILENCE_UNKNOWN: EXIT.notFound,
  STEP_UNKNOWN: EXIT.notFound,
  STREAM_UNKNOWN: EXIT.notFound,
  USER_UNKNOWN: EXIT.notFound,
  VIEW_UNKNOWN: EXIT.notFound,
  WORKER_UNKNOWN: EXIT.notFound,
  AUDIT_UNKNOWN: EXIT.notFound,
  ORGANISATION_UNKNOWN: EXIT.notFound,
  APP_INVALID: EXIT.usage,
  CURSOR_INVALID: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  DURATION_INVALID: EXIT.usage,
  FILTER_INVALID: EXIT.usage,
  INPUT_INVALID: EXIT.usage,
  INSTANT_PASSED: EXIT.usage,
  MAIL_INVALID: EXIT.usage,
  NAME_INVALID: EXIT.usage,
  PAYLOAD_INVALID: EXIT.usage,
  PAYLOAD_TOO_LARGE: EXIT.usage,
  PERMISSION_UNKNOWN: EXIT.usage,
  PRIORITY_INVALID: EXIT.usage,
  ROLE_UNKNOWN: EXIT.usage,
  LISTEN_FAILED: EXIT.refused,
  MIGRATION_CHANGED: EXIT.refused,
  MIGRATION_MISPLACED: EXIT.refused,
  OWNER_LAST: EXIT.refused,
  RESTORE_REFUSED: EXIT.refused,
  ROLE_FIXED: EXIT.refused,
  RUN_STATE: EXIT.refused,
  SCAFFOLD_REFUSED: EXIT.refused,
  STREAM_ARCHIVED: EXIT.refused,
  UNIQUE_CONFLICT: EXIT.refused,
  USER_EXISTS: EXIT.refused,
  VIEW_EXISTS: EXIT.refused,
  VIEW_LIMIT: EXIT.refused,
  STORE_BUSY: EXIT.unreachable,
  STORE_FAILED: EXIT.unreachable,
}

const NEXT: Readonly<Partial<Record<Code, string>>> = {
  ALERT_UNKNOWN: 'alerts list',
  KEY_UNKNOWN: 'keys list',
  USER_UNKNOWN: 'users list',
  BACKUP_UNKNOWN: 'backup list',
  BACKUP_CORRUPT: 'backup list',
  BACKUP_FAILED: 'doctor',
  APP_INVALID: 'docs/reference/app-contract.md',
  CONFIG_INVALID: 'docs/reference/configuration.md',
  ERASURE_UNLISTED: 'doctor',
  ERROR_UNKNOWN: 'errors list --all',
  LISTEN_FAILED: 'doctor',
  MIGRATION_CHANGED: 'migrate status',
  MIGRATION_FAILED: 'migrate status',
  MIGRATION_MISPLACED: 'migrate status',
  PERSON_KEYS_FAILED: 'doctor',
  PROJECTION_UNKNOWN: 'projections list',
  QUEUE_UNKNOWN: 'queues list',
  RESTORE_REFUSED: 'help restore',
  RUN_STATE: 'jobs list',
  RUN_UNKNOWN: 'jobs list',
  SCHEDULE_UNKNOWN: 'schedules list',
  SILENCE_UNKNOWN: 'alerts silences',
  STORE_BUSY: 'doctor',
  STORE_FAILED: 'doctor',
  STREAM_UNKNOWN: 'events streams',
  UNIQUE_CONFLICT: 'jobs list',
  VIEW_EXISTS: 'views list',
  VIEW_LIMIT: 'views list',
  VIEW_UNKNOWN: 'views list',
  WORKER_UNKNOWN: 'workers',
}

/** What to type, or to read. Whoever typed a command of workflows looks for a run among them. */
function nextOf(code: Code, { program, help }: { readonly program: string; readonly help: string }): string {
  const next = NEXT[code] ?? help
  if (next.startsWith('docs/')) return `read ${next}`
  return `${program} ${next === 'jobs list' && help.startsWith('help workflows') ? 'workflows list' : next}`
}

/** What became of a command, from what it threw. `help` is the help that suits it. */
export function failureOf(error: unknown, program: string, help: string): Failure {
  const scrub = scrubber()
  if (isEngineError(error) || isPlatformError(error)) {
    return {
      code: error.code,
      message: scrub(error.issues.length > 0 ? error.message : withCause(error.message, error.cause)),
      next: nextOf(error.code, { program, help }),
      exit: EXITS[error.code] ?? EXIT.failed,
      issues: error.issues,
    }
  }
  const stack = error instanceof Error ? error.stack : undefined
  return {
    code: 'INTERNAL',
    message: scrub(error instanceof Error ? error.message : String(error)),
    next: `${program} doctor`,
    exit: EXIT.failed,
    issues: [],
    ...(stack !== undefined && { stack: scrub(stack) }),
  }
}

/** The driver's own words, when the message does not have them already. */
function withCause(message: string, cause: unknown): string {
  if (!(cause instanceof Error) || cause.message === '' || message.includes(cause.message)) return message
  return `${message} (${cause.message})`
}

/** The failure as a program reads it. */
export function failureJson({ code, message, next, exit, issues }: Failure): string {
  return toJson({ error: { code, message, next, exit, ...(issues.length > 0 && { issues }) } })
}

/** The failure as a person reads it: what and why, then what to do. */
export function failureText(screen: Screen, { message, next, stack }: Failure): string {
  const trace = stack === undefined ? '' : `${paint(screen, 'quiet', stack)}\n`
  return `${paint(screen, 'bad', 'regie:')} ${message}\n${trace}→ ${next}\n`
}
