import { getWorkflowFork, type Workflow } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Answered } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

const NAMED = 8

/** Which steps a copy from this one takes over, and which it does anew. */
export function ForkPreview({ workflow, from }: { readonly workflow: Workflow; readonly from: string }) {
  const words = useWords(workflowWords)
  const query = useApi(
    getWorkflowFork,
    { id: workflow.id, from },
    workflow.endedAt === undefined ? { live: 'workflows' } : {},
  )
  return (
    <Answered query={query} rows={2}>
      {({ kept, again }) => (
        <dl className={styles.plan}>
          <Names title={words.forkKept} steps={kept} none={words.forkKeptNone} />
          <Names title={words.forkAgain} steps={again} none="" />
        </dl>
      )}
    </Answered>
  )
}

function Names({
  title,
  steps: { count: all, names },
  none,
}: {
  readonly title: (count: string) => string
  readonly steps: { readonly count: number; readonly names: readonly string[] }
  readonly none: string
}) {
  const words = useWords(workflowWords)
  const { count } = useFigures()
  const more = all - NAMED
  return (
    <>
      <dt>{title(count(all))}</dt>
      <dd>
        {all === 0 && none}
        <span translate="no">{names.slice(0, NAMED).join(', ')}</span>
        {more > 0 && <> {words.andMore(count(more))}</>}
      </dd>
    </>
  )
}
