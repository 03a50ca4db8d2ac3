import { useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { getErrors, getRun } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { Answered, State } from '../kit/states.tsx'
import run from '../runs/run.module.css'
import { RunStanding } from '../runs/run-standing.tsx'
import { useApi } from '../use-api.ts'
import { Assignee, CareActions } from './care.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { ErrorStatus } from './error-status.tsx'
import styles from './errors.module.css'
import type { ErrorGroup } from './model.ts'
import { Retried } from './retried.tsx'
import { RetryAll } from './retry-all.tsx'
import { errorWords } from './words.ts'

/** One fault: the runs it has, what they were given, and the way back to work. */
export function Page() {
  const words = useWords(errorWords)
  const { fingerprint } = useParams({ strict: false }) as { readonly fingerprint: string }
  const [tried, setTried] = useState<number>()
  // Kept here: while all of them run the group is gone.
  const [change, setChange] = useState<unknown>({})
  const [retried, setRetried] = useState<readonly number[]>([])
  const query = useApi(getErrors, { fingerprint }, { live: 'errors' })
  const group = query.data?.items[0]
  // Once all of it is repaired nobody is told its job any more.
  const job = useRef<string>(undefined)
  if (group !== undefined) job.current = group.job
  return (
    <Frame
      title={job.current ?? fingerprint}
      data
      up={{ to: '/errors', title: words.title }}
      badge={group !== undefined && <ErrorStatus state={group.state} />}
      actions={
        group !== undefined && (
          <>
            <CareActions group={group} />
            <RetryAll group={group} onRetried={setRetried} />
          </>
        )
      }
    >
      {tried !== undefined && <Outcome id={tried} />}
      {retried.length > 0 && <Retried key={retried[0]} ids={retried} />}
      <Answered query={query}>
        {({ items: [found] }) =>
          found === undefined ? (
            <State icon="check" title={words.gone} action={<Go to="/errors">{words.toErrors}</Go>}>
              {words.goneNext}
            </State>
          ) : (
            <>
              <GroupFacts group={found} />
              <DeadLetters
                group={found}
                change={change}
                onChange={setChange}
                onTried={setTried}
                onRetried={setRetried}
              />
            </>
          )
        }
      </Answered>
    </Frame>
  )
}

function GroupFacts({ group }: { readonly group: ErrorGroup }) {
  const words = useWords(errorWords)
  const { error, count, retrying, firstAt, lastAt, hours } = group
  return (
    <Section title={words.error}>
      <p className={run.error} translate="no">
        <code>{error.code}</code> {error.message}
      </p>
      {error.stack !== undefined && (
        <details className={run.stack}>
          <summary>{words.stack}</summary>
          <Code text={error.stack} label={words.stack} />
        </details>
      )}
      <Facts>
        <Fact name={words.count}>
          <Count value={count + retrying} />
        </Fact>
        {retrying > 0 && (
          <Fact name={words.retrying}>
            <Count value={retrying} />
          </Fact>
        )}
        <Fact name={words.first}>
          <Moment at={firstAt} />
        </Fact>
        <Fact name={words.last}>
          <Moment at={lastAt} />
        </Fact>
        <Fact name={words.assignee}>
          <Assignee group={group} />
        </Fact>
        {group.state === 'muted' && (
          <Fact name={words.mutedUntil}>
            {group.mutedUntil === undefined ? words.untilItReturns : <Moment at={group.mutedUntil} exact />}
          </Fact>
        )}
        {group.resolvedAt !== undefined && (
          <Fact name={words.resolvedAt}>
            <Moment at={group.resolvedAt} />
          </Fact>
        )}
        {group.returnedAt !== undefined && (
          <Fact name={words.returnedAt}>
            <Moment at={group.returnedAt} />
          </Fact>
        )}
        <Fact name={words.day}>
          <Sparkline values={hours} label={words.day} tone="bad" height={18} />
        </Fact>
      </Facts>
    </Section>
  )
}

/** What became of the one that was tried: the reason to retry the others, or not to. */
function Outcome({ id }: { readonly id: number }) {
  const words = useWords(errorWords)
  const { data } = useApi(getRun, { id }, { live: 'errors' })
  if (data === undefined) return null
  return (
    <div className={styles.outcome} role="status">
      {words.outcome(String(id))} <RunStanding run={data} />
      <Go to={`/runs/${id}`}>{words.open}</Go>
    </div>
  )
}
