import { Button } from '@mantine/core'
import { deleteSignal, getSignals, type Signal } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import type { Read } from '../kit/pages-table.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { useApiPages, useChange } from '../use-api.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

/** The signals that are kept, of all workflows or sent to one run, as pages. */
export function useKeptSignals(run?: number) {
  return useApiPages(getSignals, { ...(run !== undefined && { run }), limit: 50 }, { live: 'workflows' })
}

/** What was sent to a workflow that does not wait for it yet; nothing where there is none. */
export function KeptForRun({ id }: { readonly id: number }) {
  const words = useWords(workflowWords)
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useKeptSignals(id)
  const rows = data?.pages.flatMap(({ items }) => items) ?? []
  if (rows.length === 0) return null
  return (
    <Section title={words.keptForRun}>
      <KeptList
        rows={rows}
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
    </Section>
  )
}

/** Kept signals one below the other, each with what it carries. */
export function KeptList({ rows, more }: Read<Signal>) {
  const words = useWords(common)
  return (
    <>
      <ol className={styles.signals}>
        {rows.map((signal) => (
          <Kept key={signal.id} signal={signal} />
        ))}
      </ol>
      {more.has && (
        <Button variant="default" loading={more.loading} onClick={more.load}>
          {words.more}
        </Button>
      )}
    </>
  )
}

function Kept({ signal: { id, signal, key, runId, payload, sentAt } }: { readonly signal: Signal }) {
  const words = useWords(workflowWords)
  const confirm = useConfirm()
  const drop = useChange(() => deleteSignal(api, { id }))
  const ask = async (): Promise<void> => {
    const title = words.takeBackTitle(signal)
    const answer = await confirm({ title, body: words.takeBackBody, action: words.takeBackAction, danger: true })
    if (answer === false) return
    drop.mutate(undefined, { onSuccess: () => toast({ tone: 'good', text: words.takenBack }), onError: complain })
  }
  return (
    <li>
      <div className={styles.head}>
        <span>
          <strong translate="no">{signal}</strong>{' '}
          <span className="soft">{runId === undefined ? words.keptToKey : words.keptTo}</span>{' '}
          {runId === undefined ? (
            <code className="soft" translate="no">
              {key}
            </code>
          ) : (
            <Go to={`/workflows/${runId}`}>
              <span translate="no">#{runId}</span>
            </Go>
          )}{' '}
          <span className="soft">
            · <Moment at={sentAt} exact />
          </span>
        </span>
        <Act
          icon="stop"
          label={words.takeBack}
          of={signal}
          permission="runs.manage"
          busy={drop.isPending}
          onAct={() => void ask()}
        />
      </div>
      <JsonView value={payload} label={`${words.payload} ${id}`} />
    </li>
  )
}
