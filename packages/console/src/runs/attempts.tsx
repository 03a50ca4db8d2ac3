import { useState } from 'react'
import type { Attempt, StoredError } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Code, Diff } from '../kit/code.tsx'
import { Icon } from '../kit/icon.tsx'
import { Duration, Moment } from '../kit/moment.tsx'
import { Status } from '../kit/status.tsx'
import styles from './run.module.css'
import { runWords } from './words.ts'

/** The attempts, the latest first; each with what changed in the error and in the input since the one before. */
export function Attempts({ attempts, input }: { readonly attempts: readonly Attempt[]; readonly input: unknown }) {
  // Only those that were given something else than the run has now keep it.
  const given = (attempt: Attempt): string => jsonOf('input' in attempt ? attempt.input : input)
  return (
    <ol className={styles.attempts}>
      {attempts
        .map((attempt, index) => (
          <One
            key={`${attempt.attempt} ${attempt.startedAt}`}
            attempt={attempt}
            before={attempts[index - 1]}
            given={given}
          />
        ))
        .toReversed()}
    </ol>
  )
}

function One({
  attempt,
  before,
  given,
}: {
  readonly attempt: Attempt
  readonly before: Attempt | undefined
  readonly given: (attempt: Attempt) => string
}) {
  const words = useWords(runWords)
  const [open, setOpen] = useState(false)
  const { error } = attempt
  const repaired = before !== undefined && given(before) !== given(attempt)
  const same = before !== undefined && textOf(before.error) === textOf(error)
  return (
    <li>
      <button type="button" className={styles.attempt} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'down' : 'right'} size={12} />
        <b>{words.attemptNo(attempt.attempt)}</b>
        <span className="soft">
          <Moment at={attempt.startedAt} /> ·{' '}
          <Duration ms={Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt)} />
        </span>
        {repaired && (
          <Status tone="calm" icon="edit">
            {words.otherInput}
          </Status>
        )}
        {same ? (
          <span className="soft">{words.sameError}</span>
        ) : (
          <span className={styles.message} translate="no">
            {error.message}
          </span>
        )}
      </button>
      {open && (
        <div className={styles.opened}>
          {repaired && before !== undefined && (
            <>
              <h3>{words.inputChanged}</h3>
              <Diff before={given(before)} after={given(attempt)} label={words.inputChanged} />
            </>
          )}
          <Code text={textOf(error)} label={words.error} />
          {before !== undefined && !same && (
            <>
              <h3>{words.whatChanged}</h3>
              <Diff before={textOf(before.error)} after={textOf(error)} label={words.whatChanged} />
            </>
          )}
        </div>
      )}
    </li>
  )
}

/** As one reads it, so that only what differs does. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null'
}

function textOf({ code, message, stack }: StoredError): string {
  return stack ?? `${code}: ${message}`
}
