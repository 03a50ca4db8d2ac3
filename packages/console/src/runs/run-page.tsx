import { useParams } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { getRun, getRunHistory, type RunDetail } from '../api.gen.ts'
import { useReach } from '../filter/reach.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { OfAnother } from '../kit/act.tsx'
import { Code, Diff } from '../kit/code.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Duration, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Progress } from '../kit/progress.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { TraceFact } from '../kit/trace.tsx'
import { ELSEWHERE, useTopic } from '../live/use-live.ts'
import { useMay, useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { Attempts, jsonOf } from './attempts.tsx'
import { Cancelled } from './cancelled.tsx'
import { Children } from './children.tsx'
import { OrganisationFact } from './organisation-fact.tsx'
import { QueuePaused } from './queue-paused.tsx'
import styles from './run.module.css'
import { RunActions } from './run-actions.tsx'
import { RunLog } from './run-log.tsx'
import { isRetrying, RunStanding } from './run-standing.tsx'
import { Timeline } from './timeline.tsx'
import { neverBegan, Took } from './took.tsx'
import { type RunHistory, triesOf } from './tries.ts'
import { runWords } from './words.ts'

/** One run: what became of it, why, and what can be done. */
export function Page() {
  const words = useWords(runWords)
  const { id } = useParams({ strict: false }) as { readonly id: string }
  const me = useMe()
  const query = useApi(
    getRun,
    { id: Number(id) },
    { live: (answer) => (answer === undefined || answer.org === me.org.id ? 'runs' : ELSEWHERE) },
  )
  useTopic(/^\d{1,15}$/.test(id) ? `run:${Number(id)}` : undefined, query.refetch)
  const run = query.data
  const maySee = useMay('runs.read')
  return (
    <OfAnother value={run !== undefined && run.org !== me.org.id}>
      <Frame
        title={run?.job ?? id}
        data
        {...(maySee && { up: { to: '/runs', title: words.title } })}
        badge={
          run !== undefined && (
            <>
              <RunStanding run={run} attempts />
              {run.cancelRequested === true && (
                <Status tone="warn" icon="stop">
                  {words.stopping}
                </Status>
              )}
              <code className="soft" translate="no">
                #{run.id}
              </code>
            </>
          )
        }
        about={run?.workflow === true && <Go to={`/workflows/${run.id}`}>{words.toSteps}</Go>}
        actions={run !== undefined && <RunActions run={run} />}
      >
        <Answered query={query}>{(answer) => <Details run={answer} />}</Answered>
      </Frame>
    </OfAnother>
  )
}

function Details({ run }: { readonly run: RunDetail }) {
  const words = useWords(runWords)
  const { error, progress, id, attempts, state } = run
  const maySee = useMay('runs.read')
  const asked = useApi(getRunHistory, { id }, { enabled: maySee })
  const { refetch } = asked
  // biome-ignore lint/correctness/useExhaustiveDependencies: who did what moves with the run only
  useEffect(() => void (maySee && refetch()), [refetch, attempts.length, state])
  const history = asked.data ?? NO_HISTORY
  const { tries } = useMemo(() => triesOf(run, history), [run, history])
  return (
    <>
      {error !== undefined && run.state === 'cancelled' && <Cancelled id={run.id} reason={error.message} />}
      {error !== undefined && run.state !== 'succeeded' && run.state !== 'cancelled' && (
        <Section title={isRetrying(run) ? words.whyLast : words.why} aside={maySee && <SameError run={run} />}>
          <p className={styles.error} translate="no">
            <code>{error.code}</code> {error.message}
          </p>
          {error.stack !== undefined && (
            <details className={styles.stack}>
              <summary>{words.stack}</summary>
              <Code text={error.stack} label={words.stack} />
            </details>
          )}
        </Section>
      )}
      {(run.state === 'queued' || run.state === 'scheduled' || run.state === 'blocked') && (
        <QueuePaused name={run.queue} />
      )}
      {progress !== undefined && run.state === 'running' && (
        <Section title={words.progress}>
          <Progress label={words.progress} value={progress.percent}>
            <span translate="no">
              {progress.percent} % · {progress.message}
            </span>
          </Progress>
        </Section>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={words.input}>
            <JsonView value={run.input} label={words.input} />
            <Repaired run={run} />
          </Section>
          {run.state === 'succeeded' && (
            <Section title={words.result}>
              {run.result === undefined ? (
                <p className="soft">{words.noResult}</p>
              ) : (
                <JsonView value={run.result} label={words.result} />
              )}
            </Section>
          )}
          {tries.length > 0 && (
            <Section title={words.attempts} flush>
              <Attempts tries={tries} />
            </Section>
          )}
        </div>
        <div className={styles.column}>
          <Section title={words.timeline}>
            <Timeline run={run} history={history} />
          </Section>
          <Section title={words.facts}>
            <RunFacts run={run} no={tries.length} />
          </Section>
        </div>
      </div>
      {maySee && <Children run={run} />}
      <RunLog run={run} tries={tries} />
    </>
  )
}

const NO_HISTORY: RunHistory = { replays: [] }

/** What was repaired since the last attempt that failed. */
function Repaired({ run }: { readonly run: RunDetail }) {
  const words = useWords(runWords)
  const last = run.attempts.at(-1)
  if (last === undefined || !('input' in last) || jsonOf(last.input) === jsonOf(run.input)) return null
  return (
    <details className={styles.stack}>
      <summary>{words.repairedSince(run.attempts.length)}</summary>
      <Diff before={jsonOf(last.input)} after={jsonOf(run.input)} label={words.inputChanged} />
    </details>
  )
}

function SameError({ run }: { readonly run: RunDetail }) {
  const words = useWords(runWords)
  const reach = useReach()
  const code = run.error?.code ?? ''
  return (
    <Go
      to="/runs"
      search={{
        q: `job:${run.job} error:${/^[\w.-]+$/.test(code) ? code : `"${code.replaceAll('"', '')}"`}${reach(run.org)}`,
      }}
    >
      {words.sameErrorRuns}
    </Go>
  )
}

/** What other runs have in common with it, as a link to them for who may see them. */
function Alike({
  run,
  by,
  value,
}: {
  readonly run: RunDetail
  readonly by: 'job' | 'queue' | 'batch'
  readonly value: string
}) {
  const reach = useReach()
  const text = <span translate="no">{value}</span>
  return useMay('runs.read') ? (
    <Go to="/runs" search={{ q: `${by}:${value}${reach(run.org)}` }}>
      {text}
    </Go>
  ) : (
    text
  )
}

function RunFacts({ run, no }: { readonly run: RunDetail; readonly no: number }) {
  const words = useWords(runWords)
  const figures = useFigures()
  return (
    <Facts>
      <OrganisationFact org={run.org} />
      <Fact name={words.job}>
        <Alike run={run} by="job" value={run.job} />
      </Fact>
      <Fact name={words.queue}>
        <Alike run={run} by="queue" value={run.queue} />
      </Fact>
      <Fact name={words.priority}>{words.priorities[run.priority]}</Fact>
      <Fact name={words.attempt}>
        {no > run.attempt ? (
          words.attemptOfAll(figures.count(run.attempt), figures.count(no))
        ) : (
          <span translate="no">{run.attempt}</span>
        )}
      </Fact>
      {(run.durationMs ?? run.startedAt) !== undefined && !neverBegan(run) && (
        <Fact name={run.durationMs === undefined ? words.atWork : words.took}>
          <Took run={run} />
        </Fact>
      )}
      {run.estimatedMs !== undefined && (
        <Fact name={words.estimated}>
          <Duration ms={run.estimatedMs} />
        </Fact>
      )}
      {run.parentId !== undefined && (
        <Fact name={words.parent}>
          <Go to={`/runs/${run.parentId}`}>
            <span translate="no">#{run.parentId}</span>
          </Go>
        </Fact>
      )}
      {run.batchId !== undefined && (
        <Fact name={words.batch}>
          <Alike run={run} by="batch" value={String(run.batchId)} />
        </Fact>
      )}
      {run.tags.length > 0 && (
        <Fact name={words.tags}>
          <span translate="no">{run.tags.join(', ')}</span>
        </Fact>
      )}
      <TraceFact id={run.traceId} of="run" />
      <Fact name={words.created}>
        <Moment at={run.createdAt} full />
      </Fact>
    </Facts>
  )
}
