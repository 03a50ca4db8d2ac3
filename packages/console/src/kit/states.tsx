import { Button, Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ApiError } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { useMe } from '../session/me.ts'
import { Go } from './go.tsx'
import { Icon, type IconName } from './icon.tsx'
import { usePermissionName } from './permission-name.ts'
import { useProblems } from './problem.ts'
import styles from './states.module.css'
import { useAgain } from './use-again.ts'
import { useHeld } from './use-held.ts'

/** One of the states in which there is nothing to show: what is the case, and the next step. */
export function State({
  icon,
  tone = 'calm',
  title,
  children,
  action,
}: {
  readonly icon: IconName
  readonly tone?: 'calm' | 'bad' | 'warn'
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className={styles.state} data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <span className={styles.sign}>
        <Icon name={icon} size={22} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  )
}

/** Something is on its way; shown after a moment, because most answers are quicker. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const words = useWords(common)
  return (
    <div className={styles.loading} role="status" aria-label={words.loading} data-state="loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <Skeleton key={index} height={14} radius={4} className={styles.bone} />
      ))}
    </div>
  )
}

/** Nothing matches the filter, though there may be more without it. */
export function EmptyByFilter({
  onClear,
  children,
}: {
  readonly onClear: () => void
  /** What there is without it. Default: something. */
  readonly children?: ReactNode
}) {
  const words = useWords(common)
  return (
    <div data-state="empty-filter">
      <State
        icon="filter"
        title={words.emptyFilterTitle}
        action={
          <Button variant="default" onClick={onClear}>
            {words.clear}
          </Button>
        }
      >
        {children ?? words.emptyFilterNext}
      </State>
    </div>
  )
}

/** The question failed: why, with the number under which the log has it. */
export function Failed({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  const words = useWords(common)
  const { say } = useProblems()
  const unreachable = error.status === 0 || error.status === 503
  useAgain(unreachable, onRetry)
  if (error.status === 403) return <Forbidden error={error} />
  // Nobody has filled anything in: it is the address that is no good.
  if (error.status === 404 || error.code === 'INPUT_INVALID')
    return (
      <div data-state="not-found">
        <State icon="search" title={words.notFoundTitle} action={<Go to="/">{words.home}</Go>}>
          <p>{words.notFoundNext}</p>
          {error.status === 404 && error.code !== 'NOT_FOUND' && <p className={styles.small}>{say(error)}</p>}
        </State>
      </div>
    )
  return (
    <div data-state="failed">
      <State
        icon={unreachable ? 'offline' : 'error'}
        tone="bad"
        title={words.failedTitle}
        action={
          <Button variant="default" onClick={onRetry}>
            {words.retry}
          </Button>
        }
      >
        {unreachable ? <p>{words.unreachable}</p> : <p>{say(error)}</p>}
        {!unreachable && <p>{words.failedNext}</p>}
        {error.requestId !== undefined && (
          <p className={styles.small}>
            {words.requestId} <code translate="no">{error.requestId}</code> · <code translate="no">{error.code}</code>
          </p>
        )}
      </State>
    </div>
  )
}

/** Not for this person: for want of a permission, or for what the server says. */
export function Forbidden({ permission, error }: { readonly permission?: string; readonly error?: ApiError }) {
  const words = useWords(common)
  const { say } = useProblems()
  const nameOf = usePermissionName()
  const { withheld } = useMe()
  const needed = permission ?? error?.about.permission
  const isNamed = typeof needed === 'string'
  return (
    <div data-state="forbidden">
      <State icon="lock" tone="warn" title={words.forbiddenTitle} action={<Go to="/">{words.home}</Go>}>
        {!isNamed && say(error)}
        {isNamed && (withheld.includes(needed) ? words.withheldNext : words.forbiddenNext(nameOf(needed)))}
      </State>
    </div>
  )
}

/** Something that holds for as long as nobody changes it, and that whoever is here should know. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.notice} role="note">
      <Icon name="info" /> {children}
    </div>
  )
}

/** What is shown is no longer current: there was no answer, or one that was an error. */
export function Stale({ since, error }: { readonly since: number; readonly error: ApiError }) {
  const words = useWords(common)
  const figures = useFigures()
  const when = figures.short(since, Date.now())
  const broke = error.status !== 0 && error.status !== 503
  return (
    <div className={styles.stale} role="status" data-state="stale">
      <Icon name={broke ? 'error' : 'offline'} /> {broke ? words.staleBroke(when) : words.staleSince(when)}
    </div>
  )
}

/** Shows an answer, or the state in its stead. With an old answer at hand an error only says that it is stale. */
export function Answered<Answer>({
  query,
  rows,
  children,
}: {
  readonly query: UseQueryResult<Answer, ApiError>
  readonly rows?: number
  readonly children: (answer: Answer) => ReactNode
}) {
  const { data, error, dataUpdatedAt, refetch } = query
  const isGone = data !== undefined && (error?.status === 403 || error?.status === 404)
  const isHeld = useHeld(isGone)
  if (data === undefined) {
    if (error === null) return <Loading {...(rows !== undefined && { rows })} />
    return <Failed error={error} onRetry={() => void refetch()} />
  }
  if (error !== null && isGone && !isHeld) return <Failed error={error} onRetry={() => void refetch()} />
  return (
    <>
      {error !== null && !isHeld && <Stale since={dataUpdatedAt} error={error} />}
      {children(data)}
    </>
  )
}
