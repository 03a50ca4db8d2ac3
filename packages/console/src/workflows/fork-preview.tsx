import type { Workflow } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { forkPlan } from './fork-plan.ts'
import { useSteps } from './use-steps.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

const NAMED = 8

/** Which steps a copy from this one takes over, and which it does anew. */
export function ForkPreview({ workflow, from }: { readonly workflow: Workflow; readonly from: string }) {
  const words = useWords(workflowWords)
  const { steps, isPartial } = useSteps(workflow.id, workflow.endedAt !== undefined)
  if (steps === undefined || isPartial) return <p className="soft">{words.forkReading}</p>
  const { kept, again } = forkPlan(steps, from)
  return (
    <dl className={styles.plan}>
      <Names title={words.forkKept} names={kept} none={words.forkKeptNone} />
      <Names title={words.forkAgain} names={again} none="" />
    </dl>
  )
}

function Names({
  title,
  names,
  none,
}: {
  readonly title: (count: string) => string
  readonly names: readonly string[]
  readonly none: string
}) {
  const words = useWords(workflowWords)
  const { count } = useFigures()
  const more = names.length - NAMED
  return (
    <>
      <dt>{title(count(names.length))}</dt>
      <dd>
        {names.length === 0 && none}
        <span translate="no">{names.slice(0, NAMED).join(', ')}</span>
        {more > 0 && <> {words.andMore(count(more))}</>}
      </dd>
    </>
  )
}
