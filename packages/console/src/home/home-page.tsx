import { useWords } from '../i18n/language.tsx'
import { Page as Frame } from '../kit/page.tsx'
import { useMay } from '../session/me.ts'
import styles from './home.module.css'
import { LatestBackup } from './latest-backup.tsx'
import { LatestFailures } from './latest-failures.tsx'
import { NextSchedules } from './next-schedules.tsx'
import { QueueSummary } from './queue-summary.tsx'
import { Verdict } from './verdict.tsx'
import { homeWords } from './words.ts'

/** Is it well? The answer first, then what it rests on. */
export function Page() {
  const words = useWords(homeWords)
  const may = {
    runs: useMay('runs.read'),
    queues: useMay('queues.read'),
    schedules: useMay('schedules.read'),
    backups: useMay('backups.read'),
  }
  return (
    <Frame title={words.title}>
      <Verdict />
      <div className={styles.grid}>
        {may.runs && <LatestFailures />}
        {may.queues && <QueueSummary />}
        {may.schedules && <NextSchedules />}
        {may.backups && <LatestBackup />}
      </div>
    </Frame>
  )
}
