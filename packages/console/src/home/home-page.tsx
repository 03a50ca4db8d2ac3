import { useWords } from '../i18n/language.tsx'
import { Page as Frame } from '../kit/page.tsx'
import { useMay } from '../session/me.ts'
import { NoMailServer } from '../setup/no-mail.tsx'
import { SampleOffer } from '../tour/sample.tsx'
import { Tour } from '../tour/tour.tsx'
import { ErrorsNow } from './errors-now.tsx'
import styles from './home.module.css'
import { LatestBackup } from './latest-backup.tsx'
import { NextSchedules } from './next-schedules.tsx'
import { QueueSummary } from './queue-summary.tsx'
import { Verdict } from './verdict.tsx'
import { homeWords } from './words.ts'
import { WorkerSummary } from './worker-summary.tsx'

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
      <Tour />
      <Verdict />
      <NoMailServer />
      <SampleOffer />
      <div className={styles.grid}>
        <div className={styles.column}>
          {may.runs && <ErrorsNow />}
          {may.queues && <QueueSummary />}
          {may.queues && <WorkerSummary />}
        </div>
        <div className={styles.column}>
          {may.backups && <LatestBackup />}
          {may.schedules && <NextSchedules />}
        </div>
      </div>
    </Frame>
  )
}
