import { SegmentedControl, Switch, Tooltip } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import type { Workflow, WorkflowStep } from '../api.gen.ts'
import { criticalPath } from '../graph/critical-path.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { useNow } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { Failed, Loading } from '../kit/states.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { Gantt } from './gantt.tsx'
import { lengthOf } from './step-status.tsx'
import { useSteps } from './use-steps.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

// Only who looks at the graph loads what draws it.
const Graph = lazy(async () => ({ default: (await import('../graph/graph.tsx')).Graph }))

/** The steps as a table whose last column draws them over time, or as a graph; however many there are, few elements exist. */
export function Steps({ workflow }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const [view, setView] = useSearchText('view')
  const hasEnded = workflow.endedAt !== undefined
  const [follow, setFollow] = useState(!hasEnded)
  const { steps, isPartial, query } = useSteps(workflow.id, hasEnded)
  const path = useMemo(() => new Set(criticalPath(steps ?? []).map((index) => steps?.[index])), [steps])
  const isGraph = view === 'graph'
  const follows = follow && !hasEnded
  const some = steps !== undefined && steps.length > 0
  const tools = some && (
    <StepTools steps={steps} path={path} isPartial={isPartial}>
      {!hasEnded && (
        <Tooltip label={words.followAbout}>
          <Switch
            size="sm"
            label={words.follow}
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
        </Tooltip>
      )}
    </StepTools>
  )
  return (
    <Section
      title={words.steps}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={words.view}
          value={isGraph ? 'graph' : 'list'}
          onChange={(next) => setView(next === 'graph' ? 'graph' : '')}
          data={[
            { value: 'list', label: words.list },
            { value: 'graph', label: words.graph },
          ]}
        />
      }
      flush
    >
      {steps === undefined && query.error === null && <Loading />}
      {steps === undefined && query.error !== null && (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      )}
      {steps?.length === 0 && <p className={styles.none}>{words.noSteps}</p>}
      {some && isGraph && (
        <>
          <div className={styles.tools}>{tools}</div>
          <Suspense fallback={<Loading />}>
            <Graph workflow={workflow} steps={steps} follow={follows} onLeave={() => setFollow(false)} />
          </Suspense>
        </>
      )}
      {some && !isGraph && (
        <Gantt
          workflow={workflow}
          steps={steps}
          path={path}
          tools={tools}
          follow={follows}
          onLeave={() => setFollow(false)}
        />
      )}
    </Section>
  )
}

function StepTools({
  steps,
  path,
  isPartial,
  children,
}: {
  readonly steps: readonly WorkflowStep[]
  readonly path: ReadonlySet<WorkflowStep | undefined>
  readonly isPartial: boolean
  readonly children: ReactNode
}) {
  const words = useWords(workflowWords)
  const { count, duration } = useFigures()
  const now = useNow()
  const tookMs = [...path].reduce((sum, step) => sum + (step === undefined ? 0 : lengthOf(step, now)), 0)
  return (
    <>
      <span className="soft">
        {isPartial ? words.stepsLoading(count(steps.length)) : words.stepsCount(count(steps.length))}
      </span>
      <span className={styles.legend} title={words.criticalAbout}>
        {words.critical(duration(tookMs))}
      </span>
      {children}
    </>
  )
}
