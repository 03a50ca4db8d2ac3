import { getBackupsStatus } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Fact, Facts } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import { backupWords } from './words.ts'

/** What would be lost if the machine were lost now, and how long it would take to come back. */
export function Recovery() {
  const words = useWords(backupWords)
  const { duration, size } = useFigures()
  const query = useApi(getBackupsStatus, {}, { live: 'backups' })
  return (
    <Answered query={query} rows={2}>
      {({ newest, rpoMs, rpoTargetMs, rtoMs, verifiedAt, runId }) => (
        <Facts>
          <Fact name={words.newest}>
            {newest === undefined ? (
              <Status tone="bad" icon="error">
                {words.noneYet}
              </Status>
            ) : (
              <>
                <Moment at={newest.createdAt} /> <span translate="no">· {size(newest.bytes)}</span>
              </>
            )}
          </Fact>
          {rpoMs !== undefined && (
            <Fact name={words.rpo}>
              <Status tone={rpoMs > rpoTargetMs ? 'bad' : 'good'} icon={rpoMs > rpoTargetMs ? 'error' : 'check'}>
                {words.rpoText(duration(rpoMs))}
              </Status>
            </Fact>
          )}
          <Fact name={words.rto}>
            {rtoMs === undefined ? (
              <span className="soft">{words.rtoUnknown}</span>
            ) : (
              <>
                {words.rtoText(duration(rtoMs))}
                {verifiedAt !== undefined && (
                  <span className="soft">
                    {' '}
                    <Moment at={verifiedAt} />
                  </span>
                )}
              </>
            )}
          </Fact>
          {runId !== undefined && (
            <Fact name={words.working}>
              <Go to={`/runs/${runId}`}>
                <span translate="no">#{runId}</span>
              </Go>
            </Fact>
          )}
        </Facts>
      )}
    </Answered>
  )
}
