import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { getWorkflowSteps, postWorkflowFork, type Workflow, type WorkflowStep } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Count, Duration, Moment, useNow } from '../kit/moment.tsx'
import { Fact, Facts, Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { InputDialog } from '../runs/input-dialog.tsx'
import run from '../runs/run.module.css'
import { useByHand } from '../runs/use-by-hand.ts'
import { useApi, useChange } from '../use-api.ts'
import { ForkPreview } from './fork-preview.tsx'
import { lengthOf, StepStatus } from './step-status.tsx'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

/** One step with its result, and the way to do again what follows it. */
export function StepDetails({ workflow, name }: { readonly workflow: Workflow; readonly name: string }) {
  const words = useWords(workflowWords)
  const { id, input, endedAt } = workflow
  const whyNot = useByHand()(workflow.job)
  const router = useRouter()
  const [view] = useSearchText('view')
  const [range] = useSearchText('range')
  const [forking, setForking] = useState(false)
  const query = useApi(getWorkflowSteps, { id, name }, endedAt === undefined ? { live: 'workflows' } : {})
  const fork = useChange((changed: unknown) => postWorkflowFork(api, { id, from: name, input: changed }))
  return (
    <Section
      title={words.chosen(name)}
      aside={
        <Go to={`/workflows/${id}`} search={{ view: view || undefined, range: range || undefined }}>
          {words.close}
        </Go>
      }
    >
      <Answered query={query} rows={3}>
        {({ items: [step] }) => (step === undefined ? <p className="soft">{words.noneSuch}</p> : <Shown step={step} />)}
      </Answered>
      <div className={styles.acts}>
        <Act
          icon="workflow"
          label={words.fork}
          of={name}
          permission="runs.manage"
          why={whyNot}
          onAct={() => setForking(true)}
        />
      </div>
      <InputDialog
        opened={forking}
        title={words.forkTitle(name)}
        about={words.forkAbout}
        action={words.forkAction}
        input={input}
        onClose={() => setForking(false)}
        onSubmit={async (changed) => {
          const made = await fork.mutateAsync(changed)
          toast({ tone: 'good', text: words.forked(String(made.id)) })
          void router.navigate({ to: `/workflows/${made.id}` })
        }}
      >
        <ForkPreview workflow={workflow} from={name} />
      </InputDialog>
    </Section>
  )
}

function Shown({ step }: { readonly step: WorkflowStep }) {
  const words = useWords(workflowWords)
  const now = useNow()
  const { kind, attempt, startedAt, dueAt, childRunIds = [], batchId, error } = step
  return (
    <>
      {error !== undefined && step.state !== 'done' && (
        <p className={run.error} translate="no">
          <code>{error.code}</code> {error.message}
        </p>
      )}
      <Facts>
        <Fact name={words.state}>
          <StepStatus step={step} />
        </Fact>
        <Fact name={words.kind}>{words.kinds[kind]}</Fact>
        <Fact name={words.attempt}>
          <Count value={attempt} />
        </Fact>
        <Fact name={words.began}>
          <Moment at={startedAt} exact />
        </Fact>
        <Fact name={words.took}>
          <Duration ms={lengthOf(step, now)} />
        </Fact>
        {dueAt !== undefined && (
          <Fact name={words.goesOn}>
            <Moment at={dueAt} exact />
          </Fact>
        )}
        {childRunIds.length > 0 && (
          <Fact name={words.children}>
            {childRunIds.slice(0, 8).map((child) => (
              <Go key={child} to={`/runs/${child}`}>
                <span translate="no">#{child} </span>
              </Go>
            ))}
          </Fact>
        )}
        {batchId !== undefined && (
          <Fact name={words.batch}>
            <Go to="/runs" search={{ q: `batch:${batchId}` }}>
              <span translate="no">{batchId}</span>
            </Go>
          </Fact>
        )}
      </Facts>
      {step.result === undefined ? (
        <p className="soft">{words.noResult}</p>
      ) : (
        <JsonView value={step.result} label={words.result} />
      )}
    </>
  )
}
