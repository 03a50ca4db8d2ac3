import { useState } from 'react'
import type { StoredError } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Code, Diff } from '../kit/code.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Duration, Moment } from '../kit/moment.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import { ReplayedBy } from './replayed-by.tsx'
import styles from './run.module.css'
import type { Try } from './tries.ts'
import { runWords } from './words.ts'

/** The times it was at work, the latest first; each with what changed in the error and in the input since the one before. */
export function Attempts({ tries }: { readonly tries: readonly Try[] }) {
  return (
    <ol className={styles.attempts}>
      {tries.map((each, index) => <One key={each.no} each={each} before={tries[index - 1]} />).toReversed()}
    </ol>
  )
}

const SIGNS: Readonly<Record<Exclude<Try['outcome'], 'failed'>, readonly [Tone, IconName]>> = {
  succeeded: ['good', 'check'],
  cancelled: ['calm', 'stop'],
  running: ['busy', 'busy'],
}

function One({ each, before }: { readonly each: Try; readonly before: Try | undefined }) {
  const words = useWords(runWords)
  const [open, setOpen] = useState(false)
  const { no, startedAt, endedAt, outcome, error, input, replays } = each
  const repaired = before !== undefined && jsonOf(before.input) !== jsonOf(input)
  const same =
    outcome === 'failed' && before?.error !== undefined && error !== undefined && textOf(before.error) === textOf(error)
  return (
    <li>
      <button type="button" className={styles.attempt} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'down' : 'right'} size={12} />
        <b>{words.attemptNo(no)}</b>
        {startedAt !== undefined && (
          <span className="soft">
            <Moment at={startedAt} />
            {endedAt !== undefined && (
              <>
                {' '}
                · <Duration ms={Date.parse(endedAt) - Date.parse(startedAt)} />
              </>
            )}
          </span>
        )}
        {repaired && (
          <Status tone="calm" icon="edit">
            {words.otherInput}
          </Status>
        )}
        {outcome !== 'failed' && (
          <Status tone={SIGNS[outcome][0]} icon={SIGNS[outcome][1]}>
            {words.outcomes[outcome]}
          </Status>
        )}
        {same && <span className="soft">{words.sameError}</span>}
        {outcome === 'failed' && !same && (
          <span className={styles.message} translate="no">
            {error?.message}
          </span>
        )}
      </button>
      {open && (
        <div className={styles.opened}>
          {replays.map((replay) => (
            <p key={replay.at}>
              <ReplayedBy replay={replay} /> · <Moment at={replay.at} exact />
            </p>
          ))}
          {repaired && before !== undefined && (
            <>
              <h3>{words.inputChanged}</h3>
              <Diff before={jsonOf(before.input)} after={jsonOf(input)} label={words.inputChanged} />
            </>
          )}
          {error !== undefined && outcome === 'failed' && <Code text={textOf(error)} label={words.error} />}
          {error !== undefined && before?.error !== undefined && outcome === 'failed' && !same && (
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
