import { useQuery } from '@tanstack/react-query'
import { getAlerts, getBackupsStatus, getErrors, getQueues, getRunsCount, getWorkers, type Queue } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { useLive } from '../live/use-live.ts'
import { useMay } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import styles from './home.module.css'
import { homeWords } from './words.ts'

interface Reason {
  readonly text: string
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
  readonly bad: boolean
}

/** One sentence about the whole, with what it rests on. */
export function Verdict() {
  const words = useWords(homeWords)
  const figures = useFigures()
  const { reasons, running, waiting } = useReasons()
  const tone = reasons.some(({ bad }) => bad) ? 'bad' : reasons.length > 0 ? 'warn' : 'good'
  return (
    <section className={styles.verdict} data-tone={tone} aria-label={words.title}>
      <span className={styles.sign}>
        <Icon name={tone === 'good' ? 'check' : 'error'} size={24} />
      </span>
      <div className={styles.said}>
        <h2>{tone === 'good' ? words.allWell : tone === 'warn' ? words.look : words.bad}</h2>
        {tone === 'good' ? (
          <p className="soft">{words.allWellAbout}</p>
        ) : (
          <ul className={styles.reasons}>
            {reasons.map(({ text, to, search }) => (
              <li key={text}>
                <Go to={to} {...(search !== undefined && { search })}>
                  {text}
                </Go>
              </li>
            ))}
          </ul>
        )}
      </div>
      <dl className={styles.figures}>
        <div>
          <dt>{words.running}</dt>
          <dd translate="no">{figures.count(running)}</dd>
        </div>
        <div>
          <dt>{words.waiting}</dt>
          <dd translate="no">{figures.count(waiting)}</dd>
        </div>
      </dl>
    </section>
  )
}

function useReasons() {
  const words = useWords(homeWords)
  const figures = useFigures()
  const may = {
    runs: useMay('runs.read'),
    queues: useMay('queues.read'),
    alerts: useMay('alerts.read'),
    backups: useMay('backups.read'),
  }
  const interval = useLive('health')
  const ready = useQuery({ queryKey: ['ready'], queryFn: ({ signal }) => readiness(signal), refetchInterval: interval })
  const { data: alerts } = useApi(getAlerts, { open: true }, { live: 'alerts', enabled: may.alerts })
  const { data: failed } = useApi(getRunsCount, { filter: 'state:failed age<1h' }, { live: 'runs', enabled: may.runs })
  const { data: queues } = useApi(getQueues, {}, { live: 'queues', enabled: may.queues })
  const { data: backup } = useApi(getBackupsStatus, {}, { live: 'backups', enabled: may.backups })
  const { data: workers } = useApi(getWorkers, {}, { live: 'workers', enabled: may.queues })
  const { data: errors } = useApi(getErrors, {}, { live: 'errors', enabled: may.runs })
  const reasons: Reason[] = []
  const failing = ready.data ?? []
  if (failing.length > 0) reasons.push({ text: words.notReady(failing.join(', ')), to: '/', bad: true })
  const open = alerts?.alerts.length ?? 0
  if (open > 0) reasons.push({ text: words.openAlerts(open), to: '/alerts', bad: false })
  if (failed !== undefined && failed.count > 0)
    reasons.push({
      text: words.failedRuns(figures.count(failed.count)),
      to: '/runs',
      search: { q: 'state:failed age<1h' },
      bad: false,
    })
  const paused = queues?.queues.filter(({ pausedAt }) => pausedAt !== undefined).length ?? 0
  if (paused > 0) reasons.push({ text: words.pausedQueues(paused), to: '/queues', bad: false })
  const returned = errors?.errors.filter(({ state }) => state === 'returned').length ?? 0
  if (returned > 0) reasons.push({ text: words.returnedErrors(returned), to: '/errors', bad: false })
  const alive = workers?.workers.filter((worker) => worker.alive).length
  const silent = (workers?.workers.length ?? 0) - (alive ?? 0)
  if (alive === 0) reasons.push({ text: words.noWorker, to: '/workers', bad: true })
  if (silent > 0) reasons.push({ text: words.silentWorkers(silent), to: '/workers', bad: false })
  if (backup !== undefined && backup.newest === undefined)
    reasons.push({ text: words.noBackupYet, to: '/backups', bad: false })
  if (backup?.rpoMs !== undefined && backup.rpoMs > backup.rpoTargetMs)
    reasons.push({ text: words.oldRpo(figures.duration(backup.rpoMs)), to: '/backups', bad: true })
  const sum = (of: (queue: Queue) => number) => (queues?.queues ?? []).reduce((total, queue) => total + of(queue), 0)
  return { reasons, running: sum(({ running }) => running), waiting: sum(({ queued, blocked }) => queued + blocked) }
}

/** The names of what keeps the process from being ready. */
async function readiness(signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch('/ready', { signal })
  const { failing = [] }: { readonly failing?: readonly string[] } = await response.json()
  return failing
}
