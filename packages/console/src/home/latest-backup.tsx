import { getBackups } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import styles from './home.module.css'
import { homeWords } from './words.ts'

/** The newest backup that is good. */
export function LatestBackup() {
  const words = useWords(homeWords)
  const figures = useFigures()
  const query = useApi(getBackups, {}, { live: 'backups' })
  return (
    <Section
      title={words.backups}
      aside={
        <span className={styles.more}>
          <Go to="/backups">{words.allBackups}</Go>
        </span>
      }
    >
      <Answered query={query} rows={2}>
        {({ backups }) => {
          const newest = backups.find(({ problem }) => problem === null)
          if (newest === undefined) return <p className="soft">{words.noBackupYet}</p>
          return (
            <p>
              <b>
                <Moment at={newest.createdAt} />
              </b>{' '}
              <span className="soft" translate="no">
                {newest.id} · {figures.size(newest.bytes)}
              </span>
            </p>
          )
        }}
      </Answered>
    </Section>
  )
}
