import { getRuns, type RunDetail } from '../api.gen.ts'
import { topicOf, useReach } from '../filter/reach.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Duration, Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { useApi } from '../use-api.ts'
import { RunStanding } from './run-standing.tsx'
import { runWords } from './words.ts'

const SHOWN = 10

/** The latest runs that a run has started; nothing when there are none. */
export function Children({ run: { id, org } }: { readonly run: Pick<RunDetail, 'id' | 'org'> }) {
  const words = useWords(runWords)
  const reach = useReach()(org).trim()
  const { data } = useApi(
    getRuns,
    { parentId: id, limit: SHOWN, ...(reach !== '' && { filter: reach }) },
    { live: topicOf('runs', reach) },
  )
  // The answer of the run before stays until this one's is there.
  const runs = (data?.items ?? []).filter(({ parentId }) => parentId === id)
  if (runs.length === 0) return null
  return (
    <Section
      title={words.children}
      aside={
        <Go to="/runs" search={{ q: `parent:${id} ${reach}`.trim() }}>
          {words.allChildren}
        </Go>
      }
      flush
    >
      <SimpleTable
        label={words.children}
        heads={[
          { title: words.job, wide: true },
          { title: words.state },
          { title: words.created, desk: true },
          { title: words.took, end: true, desk: true },
        ]}
        rows={runs.map((run) => ({
          key: String(run.id),
          cells: [
            <Go key="job" to={`/runs/${run.id}`}>
              <span translate="no">
                {run.job} #{run.id}
              </span>
            </Go>,
            <RunStanding key="state" run={run} />,
            <Moment key="created" at={run.createdAt} />,
            run.durationMs === undefined ? null : <Duration key="took" ms={run.durationMs} />,
          ],
        }))}
      />
    </Section>
  )
}
