import { Navigate, useParams } from '@tanstack/react-router'
import { getRun, getWorkflow, type Workflow } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { OfAnother } from '../kit/act.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { RunStatus, Status } from '../kit/status.tsx'
import { TraceFact } from '../kit/trace.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { Cancelled } from '../runs/cancelled.tsx'
import { Children } from '../runs/children.tsx'
import { OrganisationFact } from '../runs/organisation-fact.tsx'
import { QueuePaused } from '../runs/queue-paused.tsx'
import run from '../runs/run.module.css'
import { RunLog } from '../runs/run-log.tsx'
import { useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { KeptForRun } from './kept-signals.tsx'
import { StepDetails } from './step-details.tsx'
import { Steps } from './steps.tsx'
import { Waiting } from './waiting.tsx'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'
import { WorkflowActions } from './workflow-actions.tsx'

/** One workflow: where it stands, what it waits for, and each of its steps over time. */
export function Page() {
  const words = useWords(workflowWords)
  const { id } = useParams({ strict: false }) as { readonly id: string }
  const query = useApi(getWorkflow, { id: Number(id) }, { live: 'workflows' })
  const workflow = query.data
  const me = useMe()
  return (
    <OfAnother value={workflow !== undefined && workflow.org !== me.org.id}>
      <Frame
        title={workflow?.job ?? id}
        data
        up={{ to: '/workflows', title: words.title }}
        badge={
          workflow !== undefined && (
            <>
              <RunStatus state={workflow.state} workflow />
              {workflow.pausedAt !== undefined && (
                <Status tone="warn" icon="held">
                  {words.paused}
                </Status>
              )}
              {workflow.ending !== undefined && workflow.endedAt === undefined && (
                <Status tone="warn" icon="left">
                  {words.undoing}
                </Status>
              )}
              <code className="soft" translate="no">
                #{workflow.id}
              </code>
            </>
          )
        }
        actions={workflow !== undefined && <WorkflowActions workflow={workflow} />}
      >
        {query.error?.status === 404 && <RunInstead id={id} />}
        <Answered query={query}>{(answer) => <Details workflow={answer} />}</Answered>
      </Frame>
    </OfAnother>
  )
}

/** Under this number there may be a run without steps: then that is where one wanted to go. */
function RunInstead({ id }: { readonly id: string }) {
  const { data } = useApi(getRun, { id: Number(id) })
  return data !== undefined && <Navigate to={`/runs/${id}` as '/'} replace />
}

function Details({ workflow }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const [step] = useSearchText('step')
  const { error, ending, endedAt, state, published, waitingFor } = workflow
  const trouble = state === 'succeeded' ? undefined : (error ?? ending?.error)
  return (
    <>
      {trouble !== undefined && state === 'cancelled' && <Cancelled id={workflow.id} reason={trouble.message} />}
      {trouble !== undefined && state !== 'cancelled' && (
        <Section title={endedAt === undefined ? words.undoingTitle : words.why}>
          <p className={run.error} translate="no">
            <code>{trouble.code}</code> {trouble.message}
          </p>
        </Section>
      )}
      {(state === 'queued' || state === 'scheduled' || state === 'blocked') && <QueuePaused name={workflow.queue} />}
      {waitingFor.length > 0 && <Waiting workflow={workflow} />}
      <KeptForRun id={workflow.id} />
      {step !== '' && <StepDetails key={step} workflow={workflow} name={step} />}
      <Steps workflow={workflow} />
      <div className={styles.columns}>
        {published !== undefined && (
          <Section title={words.says}>
            <JsonView value={published} label={words.says} />
          </Section>
        )}
        <Section title={words.input}>
          <JsonView value={workflow.input} label={words.input} />
        </Section>
        {state === 'succeeded' && workflow.result !== undefined && (
          <Section title={words.result}>
            <JsonView value={workflow.result} label={words.result} />
          </Section>
        )}
        <Section title={words.facts}>
          <WorkflowFacts workflow={workflow} />
        </Section>
      </div>
      <Children run={workflow} />
      <RunLog run={workflow} />
    </>
  )
}

function WorkflowFacts({ workflow }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const { version, generation, forkedFrom, pausedAt, pauseReason, createdAt, dueAt } = workflow
  return (
    <Facts>
      <OrganisationFact org={workflow.org} />
      <Fact name={words.version}>
        <Count value={version} />
      </Fact>
      {generation > 0 && (
        <Fact name={words.generation}>
          <Count value={generation} />
        </Fact>
      )}
      {forkedFrom !== undefined && (
        <Fact name={words.forkedFrom}>
          <Go to={`/workflows/${forkedFrom}`}>
            <span translate="no">#{forkedFrom}</span>
          </Go>
        </Fact>
      )}
      {pausedAt !== undefined && (
        <Fact name={words.pausedSince}>
          <Moment at={pausedAt} full /> <span translate="no">{pauseReason}</span>
        </Fact>
      )}
      <Fact name={words.began}>
        <Moment at={createdAt} full />
      </Fact>
      {dueAt !== undefined && (
        <Fact name={words.goesOn}>
          <Moment at={dueAt} full />
        </Fact>
      )}
      <TraceFact id={workflow.traceId} of="run" />
    </Facts>
  )
}
