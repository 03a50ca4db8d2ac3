import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { getRuns, type PostRunRetryInput, postRunRetry, type Run } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { Failed, Loading } from '../kit/states.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { InputDialog } from '../runs/input-dialog.tsx'
import runStyles from '../runs/run.module.css'
import { isRetrying, RunStanding } from '../runs/run-standing.tsx'
import { useByHand } from '../runs/use-by-hand.ts'
import { useMay } from '../session/me.ts'
import { useApiPages, useChange } from '../use-api.ts'
import styles from './errors.module.css'
import { changeOf } from './merge-patch.ts'
import type { ErrorGroup } from './model.ts'
import { RepairAll } from './repair-all.tsx'
import { useLetterKeys } from './use-letter-keys.ts'
import { errorWords } from './words.ts'

const PERMISSION = 'runs.manage'

/** The failed runs of one fault beside what the chosen one was given; all of it can be done by keyboard. */
export function DeadLetters({
  group,
  change,
  onChange,
  onTried,
  onRetried,
}: {
  readonly group: ErrorGroup
  /** What was changed of the last one that was repaired. */
  readonly change: unknown
  readonly onChange: (change: unknown) => void
  readonly onTried: (id: number) => void
  readonly onRetried: (ids: readonly number[]) => void
}) {
  const words = { ...useWords(common), ...useWords(errorWords) }
  const { count } = useFigures()
  const may = useMay(PERMISSION)
  // Another input may do what needs more than to try the same again.
  const whyNotGiven = useByHand()(group.job)
  const list = useRef<HTMLUListElement>(null)
  const [chosenId, setChosenId] = useState<number>()
  // The list is live: what is being repaired must not become another run.
  const [repairing, setRepairing] = useState<Run>()
  const filter = `state:failed,retrying fingerprint:${group.fingerprint}`
  const query = useApiPages(getRuns, { filter, limit: 100 }, { live: 'runs' })
  const runs = query.data?.pages.flatMap((page) => page.items) ?? []
  const index = Math.max(
    0,
    runs.findIndex(({ id }) => id === chosenId),
  )
  const run = runs[index]
  const retry = useChange((input: PostRunRetryInput) => postRunRetry(api, input))
  const choose = (next: number): void => setChosenId(runs[Math.min(Math.max(0, next), runs.length - 1)]?.id)
  const told = (id: number): void => {
    onTried(id)
    toast({ tone: 'good', text: words.tried(String(id)) })
  }
  const tryOne = (): void => {
    if (run === undefined || retry.isPending) return
    retry.mutate({ id: run.id }, { onSuccess: () => told(run.id), onError: complain })
  }
  useLetterKeys({
    j: () => choose(index + 1),
    k: () => choose(index - 1),
    ...(may && { t: tryOne }),
    ...(whyNotGiven === undefined && { e: () => setRepairing(run) }),
  })
  useEffect(() => {
    if (chosenId !== undefined) list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [chosenId])
  if (query.data === undefined)
    return query.error === null ? <Loading /> : <Failed error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className={styles.columns}>
      <Section title={words.runs} flush>
        <ul ref={list} className={styles.runs}>
          {runs.map((each) => (
            <li key={each.id}>
              <button
                type="button"
                aria-current={each.id === run?.id || undefined}
                onClick={() => setChosenId(each.id)}
              >
                <span translate="no">#{each.id}</span>
                <code translate="no">{JSON.stringify(each.input)}</code>
                {isRetrying(each) ? <RunStanding run={each} /> : <Moment at={each.endedAt ?? each.createdAt} />}
              </button>
            </li>
          ))}
        </ul>
        <div className={styles.foot}>
          {query.hasNextPage ? (
            <Button
              variant="default"
              size="compact-xs"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {words.more}
            </Button>
          ) : (
            <span className="soft">{words.rows(count(runs.length))}</span>
          )}
        </div>
      </Section>
      {run !== undefined && (
        <Section title={words.chosen(`#${run.id}`)} aside={<Go to={`/runs/${run.id}`}>{words.open}</Go>}>
          <Letter run={run} />
          <div className={styles.acts}>
            <Act icon="edit" label={words.repair} why={whyNotGiven} onAct={() => setRepairing(run)} />
            <Act
              icon="play"
              label={words.tryOne}
              tone="primary"
              permission={PERMISSION}
              busy={retry.isPending}
              onAct={tryOne}
            />
            <RepairAll
              filter={filter}
              count={group.count + group.retrying}
              samples={runs}
              change={change}
              why={whyNotGiven}
              onRetried={onRetried}
            />
          </div>
          <p className="soft">{words.keys}</p>
        </Section>
      )}
      {repairing !== undefined && (
        <InputDialog
          opened
          title={words.repairTitle}
          about={words.repairAbout}
          action={words.tryAction}
          input={repairing.input}
          onClose={() => setRepairing(undefined)}
          onSubmit={async (input) => {
            await retry.mutateAsync({ id: repairing.id, input })
            onChange(changeOf(repairing.input, input))
            told(repairing.id)
          }}
        />
      )}
    </div>
  )
}

function Letter({ run }: { readonly run: Run }) {
  const words = useWords(errorWords)
  return (
    <>
      {run.error !== undefined && (
        <p className={runStyles.error} translate="no">
          {run.error.message}
        </p>
      )}
      <JsonView value={run.input} label={words.input} />
    </>
  )
}
