import { useQuery } from '@tanstack/react-query'
import {
  getAlerts,
  getBackupsStatus,
  getErrors,
  getQueues,
  getRunsCount,
  getSchedules,
  getWorkers,
  type Queue,
  type Worker,
} from '../api.gen.ts'
import type { ErrorGroup } from '../errors/model.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { useProblems } from '../kit/problem.ts'
import { useLive } from '../live/use-live.ts'
import { useMay, useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import styles from './home.module.css'
import { homeWords } from './words.ts'

const PARTS = ['alerts', 'runs', 'queues', 'backups'] as const
// A filter is 2,000 characters at most.
const MOST_CARED = 50

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
  const { reasons, hushed, isAsking, running, waiting, read } = useReasons()
  const { withheld, mail } = useMe()
  if (read.length === 0 && reasons.length === 0) return <Unseen isWithheld={withheld.length > 0} />
  const settled = isAsking ? 'calm' : 'good'
  const tone = reasons.some(({ bad }) => bad) ? 'bad' : reasons.length > 0 ? 'warn' : settled
  const well = read.length < PARTS.length ? words.seenWell : mail === 'mail' ? words.allWell : words.allWellButMail
  const title = { good: well, calm: words.asking, warn: words.look, bad: words.bad }[tone]
  return (
    <section className={styles.verdict} data-tone={tone} aria-label={words.title}>
      <span className={styles.sign}>
        <Icon name={tone === 'good' ? 'check' : tone === 'calm' ? 'wait' : 'error'} size={24} />
      </span>
      <div className={styles.said}>
        <h2>{title}</h2>
        {tone === 'good' && <p className="soft">{words.allWellAbout(read, hushed.length > 0)}</p>}
        {reasons.length + hushed.length > 0 && (
          <ul className={styles.reasons}>
            {[...reasons, ...hushed].map(({ text, to, search }) => (
              <li key={text}>
                <Go to={to} {...(search !== undefined && { search })}>
                  {text}
                </Go>
              </li>
            ))}
          </ul>
        )}
      </div>
      {running !== undefined && waiting !== undefined && (
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
      )}
    </section>
  )
}

/** Whoever may read none of it is not told that all is well. */
function Unseen({ isWithheld }: { readonly isWithheld: boolean }) {
  const words = useWords(homeWords)
  return (
    <section className={styles.verdict} data-tone="calm" data-state="unseen" aria-label={words.title}>
      <span className={styles.sign}>
        <Icon name="lock" size={24} />
      </span>
      <div className={styles.said}>
        <h2>{words.unseen}</h2>
        <p className="soft">{isWithheld ? words.unseenHere : words.unseenByRole}</p>
      </div>
    </section>
  )
}

function useReasons() {
  const words = useWords(homeWords)
  const checks: Readonly<Record<string, string>> = words.checks
  const { named } = useProblems()
  const figures = useFigures()
  const may = {
    runs: useMay('runs.read'),
    queues: useMay('queues.read'),
    alerts: useMay('alerts.read'),
    backups: useMay('backups.read'),
    schedules: useMay('schedules.read'),
  }
  const interval = useLive('health')
  const ready = useQuery({ queryKey: ['ready'], queryFn: ({ signal }) => readiness(signal), refetchInterval: interval })
  const alerts = useApi(getAlerts, { open: true }, { live: 'alerts', enabled: may.alerts })
  const errors = useApi(getErrors, {}, { live: 'errors', enabled: may.runs })
  const rest = exceptCared(errors.data?.items)
  const search = {
    every: 'state:failed age<1h',
    failed: `state:failed age<1h${rest}`,
    retrying: `state:retrying${rest}`,
  }
  const known = { live: 'runs', enabled: may.runs && errors.data !== undefined }
  const failed = useApi(getRunsCount, { filter: search.failed }, known)
  const retrying = useApi(getRunsCount, { filter: search.retrying }, known)
  const every = useApi(getRunsCount, { filter: search.every }, known)
  const queues = useApi(getQueues, {}, { live: 'queues', enabled: may.queues })
  const backup = useApi(getBackupsStatus, {}, { live: 'backups', enabled: may.backups })
  const workers = useApi(getWorkers, {}, { live: 'workers', enabled: may.queues })
  const schedules = useApi(getSchedules, {}, { live: 'schedules', enabled: may.schedules })
  const asked = [ready, alerts, failed, retrying, queues, backup, workers, errors, schedules]
  const reasons: Reason[] = []
  const read = PARTS.filter((part) => may[part])
  // What nobody answered is not well.
  if (asked.some(({ error }) => error !== null)) reasons.push({ text: words.unanswered, to: '/', bad: false })
  const failing = ready.data ?? []
  if (failing.length > 0)
    reasons.push({
      text: words.notReady(failing.map((name) => checks[name] ?? named(name) ?? name).join(', ')),
      to: '/',
      bad: true,
    })
  const open = alerts.data?.items.length ?? 0
  if (open > 0) reasons.push({ text: words.openAlerts(open), to: '/alerts', bad: false })
  if (failed.data !== undefined && failed.data.count > 0)
    reasons.push({
      text: words.failedRuns(figures.count(failed.data.count)),
      to: '/runs',
      search: { q: search.failed },
      bad: false,
    })
  if (retrying.data !== undefined && retrying.data.count > 0)
    reasons.push({
      text: words.retryingRuns(figures.count(retrying.data.count)),
      to: '/runs',
      search: { q: search.retrying },
      bad: false,
    })
  const muted = failed.data === undefined || every.data === undefined ? 0 : every.data.count - failed.data.count
  const paused = queues.data?.items.filter(({ pausedAt }) => pausedAt !== undefined).length ?? 0
  if (paused > 0) reasons.push({ text: words.pausedQueues(paused), to: '/queues', bad: false })
  const stopped = schedules.data?.items.filter(({ pausedAt }) => pausedAt !== undefined).length ?? 0
  if (stopped > 0) reasons.push({ text: words.pausedSchedules(stopped), to: '/schedules', bad: false })
  const returned = errors.data?.items.filter(({ state }) => state === 'returned').length ?? 0
  if (returned > 0) reasons.push({ text: words.returnedErrors(returned), to: '/errors', bad: false })
  const alive = workers.data?.items.filter((worker) => worker.alive).length
  const { untaken, takenByNone } = untakenQueues(queues.data?.items, workers.data?.items)
  if (alive !== 0 && untaken.length > 0) {
    const text = (takenByNone ? words.noneTaken : words.untaken)(untaken.join(', '))
    reasons.unshift({ text, to: '/workers', bad: true })
  }
  const silent = (workers.data?.items.length ?? 0) - (alive ?? 0)
  if (alive === 0) reasons.push({ text: words.noWorker, to: '/workers', bad: true })
  if (silent > 0) reasons.push({ text: words.silentWorkers(silent), to: '/workers', bad: false })
  if (backup.data !== undefined && backup.data.newest === undefined)
    reasons.push({ text: words.noBackupYet, to: '/backups', bad: false })
  const { rpoMs, rpoTargetMs } = backup.data ?? {}
  if (rpoMs !== undefined && rpoTargetMs !== undefined && rpoMs > rpoTargetMs)
    reasons.push({ text: words.oldRpo(figures.duration(rpoMs)), to: '/backups', bad: true })
  const sum = (of: (queue: Queue) => number) => queues.data?.items.reduce((total, queue) => total + of(queue), 0)
  return {
    read,
    reasons,
    // They ask for no look, and it is not said that nothing failed.
    hushed:
      muted > 0 ? [{ text: words.hushedRuns(figures.count(muted)), to: '/runs', search: { q: search.every } }] : [],
    isAsking: asked.some(({ isLoading }) => isLoading),
    running: sum(({ running }) => running),
    waiting: sum(({ queued, blocked }) => queued + blocked),
  }
}

/** The queues that every living worker has been told to leave: nothing of them will run. */
function untakenQueues(queues: readonly Queue[] = [], workers: readonly Worker[] = []) {
  const alive = workers.filter((worker) => worker.alive)
  const served = new Set(alive.flatMap((worker) => worker.queues))
  const taken = new Set(alive.filter(({ drainingAt }) => drainingAt === undefined).flatMap((worker) => worker.queues))
  const left = queues.filter(({ name, queued }) => !taken.has(name) && (served.has(name) || queued > 0))
  return { untaken: left.map(({ name }) => name), takenByNone: taken.size === 0 }
}

/** Leaves out, in the words of the filter, what somebody has muted or resolved: it asks for no look. */
function exceptCared(errors: readonly ErrorGroup[] = []): string {
  const cared = errors.filter(({ state }) => state === 'muted' || state === 'resolved').slice(0, MOST_CARED)
  return cared.map(({ fingerprint }) => ` -fingerprint:${fingerprint}`).join('')
}

/** The names of what keeps the process from being ready. */
async function readiness(signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch('/ready', { signal })
  const { failing = [] }: { readonly failing?: readonly string[] } = await response.json()
  return failing
}
