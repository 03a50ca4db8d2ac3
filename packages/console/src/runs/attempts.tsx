import { useState } from 'react'
import type { Attempt, StoredError } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Code, Diff } from '../kit/code.tsx'
import { Icon } from '../kit/icon.tsx'
import { Duration, Moment } from '../kit/moment.tsx'
import styles from './run.module.css'
import { runWords } from './words.ts'

/** The attempts, the latest first; each with what changed in the error since the one before. */
export function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
    <ol className={styles.attempts}>
      {attempts
        .map((attempt, index) => (
          <One key={`${attempt.attempt} ${attempt.startedAt}`} attempt={attempt} before={attempts[index - 1]} />
        ))
        .toReversed()}
    </ol>
  )
}

function One({ attempt, before }: { readonly attempt: Attempt; readonly before: Attempt | undefined }) {
  const words = useWords(runWords)
  const [open, setOpen] = useState(false)
  const { error } = attempt
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

function textOf({ code, message, stack }: StoredError): string {
  return stack ?? `${code}: ${message}`
}
