import { getRuns } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { RunStatus } from '../kit/status.tsx'
import { runWords } from '../runs/words.ts'
import { useApi } from '../use-api.ts'
import styles from './home.module.css'
import { homeWords } from './words.ts'

const SHOWN = 6

/** The runs that failed last. */
export function LatestFailures() {
  const words = { ...useWords(runWords), ...useWords(homeWords) }
  const query = useApi(getRuns, { filter: 'state:failed', limit: SHOWN }, { live: 'runs' })
  return (
    <Section
      title={words.failures}
      flush
      aside={
        <span className={styles.more}>
          <Go to="/runs" search={{ q: 'state:failed' }}>
            {words.allFailures}
          </Go>
        </span>
      }
    >
      <Answered query={query} rows={4}>
        {({ runs }) =>
          runs.length === 0 ? (
            <p className={styles.none}>{words.noFailures}</p>
          ) : (
            <SimpleTable
              label={words.failures}
              heads={[
                { title: words.job },
                { title: words.error, wide: true },
                { title: words.created, end: true, desk: true },
              ]}
              rows={runs.map((run) => ({
                key: String(run.id),
                cells: [
                  <Go key="job" to={`/runs/${run.id}`}>
                    <span translate="no">{run.job}</span>
                  </Go>,
                  run.error === undefined ? (
                    <RunStatus key="error" state={run.state} />
                  ) : (
                    <span key="error" className="soft" translate="no" title={run.error.message}>
                      {run.error.message}
                    </span>
                  ),
                  <Moment key="at" at={run.createdAt} />,
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  )
}
