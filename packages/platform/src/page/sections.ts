import type { QueueStatus, Run } from '@regie/engine'
import { badge, OUTCOME_TONES, SEVERITY_TONES, STATE_TONES } from './badge.ts'
import type { Figures } from './figures.ts'
import { breakable, type Content, type Html, html } from './html.ts'
import type { BackupSummary, Overview, ScheduleView } from './overview.ts'
import { section } from './table.ts'
import type { Words } from './words.ts'

/** What every section is written with. */
export interface Pen {
  readonly words: Words
  readonly figures: Figures
  /** How the command is typed here. */
  readonly program: string
  /** What a schedule is for, in the page's language. */
  describe(schedule: ScheduleView): string | undefined
}

/** The four figures at the top. */
export function glance({ queues, failing, alerts, schedules }: Overview, { words, figures }: Pen): Html {
  const running = total(queues, ({ running }) => running)
  const waiting = total(queues, ({ queued, blocked }) => queued + blocked)
  const wrong = failing.length + alerts.length
  const next = schedules.find(({ nextSlot, pausedAt }) => nextSlot !== undefined && pausedAt === undefined)
  const figure = (label: string, value: Content, note: Content = '', tone = '') =>
    html`<div class="figure ${tone}"><dt>${label}</dt><dd><strong>${value}</strong><span>${note}</span></dd></div>`
  return html`<section aria-labelledby="glance"><h2 id="glance" class="unseen">${words.figures}</h2><dl class="figures">${[
    figure(words.running, figures.count(running), '', running > 0 ? 'busy' : ''),
    figure(words.waiting, figures.count(waiting)),
    figure(words.openAlerts, figures.count(wrong), '', wrong > 0 ? 'bad' : ''),
    next?.nextSlot === undefined
      ? figure(words.nextTask, words.none)
      : figure(words.nextTask, figures.moment(next.nextSlot), breakable(next.name)),
  ]}</dl></section>`
}

/** What keeps the process from being ready, which is perhaps too broken to raise alerts, then the open alerts. */
export function alertSection({ now, failing, alerts }: Overview, { words, figures }: Pen): Html {
  const broken = failing.map(({ name, reason }) => ({
    key: `check:${name}`,
    cells: [
      html`<b>${words.checks[name] ?? name}</b><p class="detail" lang="en">${reason}</p>`,
      badge(SEVERITY_TONES.critical, words.severities.critical),
      figures.moment(now),
    ],
  }))
  return section({
    id: 'alerts',
    title: words.alerts,
    caption: words.alertsCaption,
    columns: [{ title: words.alert }, { title: words.state }, { title: words.raised, wide: true }],
    empty: html`<p class="well">${badge('good', words.noAlerts)}</p>`,
    rows: [
      ...broken,
      ...alerts.map(({ id, key, title, detail, severity, count, lastAt }) => ({
        key: id,
        cells: [
          html`<b>${alertTitle(key, words) ?? title}</b><p class="detail">${detail}</p><p class="meta narrow">${figures.moment(lastAt)} · ${words.times(count)}</p>`,
          badge(SEVERITY_TONES[severity], words.severities[severity]),
          html`${figures.moment(lastAt)}<p class="meta">${words.times(count)}</p>`,
        ],
      })),
    ],
  })
}

function alertTitle(key: string, { alertTitles }: Words): string | undefined {
  const [kind = '', ...name] = key.split(':')
  return alertTitles[kind]?.(name.join(':'))
}

/** The latest runs. */
export function runSection(runs: readonly Run[], { words, figures }: Pen): Html {
  return section({
    id: 'runs',
    title: words.runs,
    caption: words.runsCaption,
    columns: [
      { title: words.job },
      { title: words.state },
      { title: words.when, wide: true },
      { title: words.took, wide: true, number: true },
    ],
    empty: html`<p>${words.noRuns}</p><p>${words.tryDemo} <code>npm run demo</code></p>`,
    rows: runs.map((run) => {
      const moment = figures.moment(run.endedAt ?? run.dueAt ?? run.createdAt)
      const took = run.durationMs === undefined ? '' : figures.duration(run.durationMs)
      return {
        key: String(run.id),
        cells: [
          html`<a href="/api/v1/runs/${run.id}">${breakable(run.job)}</a>${runNote(run, words)}<p class="meta narrow">${moment}${took && ` · ${took}`}</p>`,
          badge(STATE_TONES[run.state], words.states[run.state]),
          moment,
          took,
        ],
      }
    }),
  })
}

function runNote(run: Run, words: Words): Content {
  const attempt = run.attempt > 1 && html`<span class="meta"> ${words.attempt} ${run.attempt}</span>`
  const isUnder = run.state === 'running' && run.progress !== undefined
  const progress =
    isUnder &&
    html`<p class="detail"><progress max="100" value="${run.progress?.percent}"></progress> ${run.progress?.message}</p>`
  const error =
    run.error !== undefined &&
    run.state !== 'succeeded' &&
    html`<p class="detail">${run.error.message.slice(0, 200)}</p>`
  return [attempt, progress, error]
}

/** The schedules, the next due first. */
export function scheduleSection(schedules: readonly ScheduleView[], pen: Pen): Html {
  const { words } = pen
  return section({
    id: 'schedules',
    title: words.schedules,
    caption: words.schedulesCaption,
    columns: [{ title: words.schedule }, { title: words.nextSlot }, { title: words.lastSlot, wide: true }],
    empty: html`<p>${words.noSchedules}</p>`,
    rows: schedules.map((schedule) => {
      const last = lastSlot(schedule, pen)
      return {
        key: schedule.name,
        cells: [
          html`${breakable(schedule.name)}<p class="detail">${pen.describe(schedule)}</p><div class="meta narrow">${last}</div>`,
          nextSlot(schedule, pen),
          last,
        ],
      }
    }),
  })
}

function nextSlot({ pausedAt, declared, nextSlot }: ScheduleView, { words, figures }: Pen): Content {
  if (!declared) return badge('warn', words.undeclared)
  if (pausedAt !== undefined) return badge('warn', words.paused)
  return nextSlot === undefined ? html`<span class="meta">${words.noSlot}</span>` : figures.moment(nextSlot)
}

function lastSlot({ lastSlot, lastState }: ScheduleView, { words, figures }: Pen): Content {
  if (lastSlot === undefined) return html`<span class="meta">${words.never}</span>`
  const outcome =
    lastState === undefined
      ? badge(OUTCOME_TONES[lastSlot.outcome], words.outcomes[lastSlot.outcome])
      : badge(STATE_TONES[lastState], words.states[lastState])
  return html`${outcome}<span class="meta after">${figures.moment(lastSlot.handledAt)}</span>`
}

/** The queues. */
export function queueSection(queues: readonly QueueStatus[], { words, figures }: Pen): Html {
  return section({
    id: 'queues',
    title: words.queues,
    caption: words.queuesCaption,
    columns: [
      { title: words.queue },
      { title: words.running, number: true },
      { title: words.queued, number: true },
      { title: words.scheduled, wide: true, number: true },
      { title: words.blocked, wide: true, number: true },
      { title: words.oldest, wide: true, number: true },
    ],
    empty: html`<p>${words.noQueues}</p>`,
    rows: queues.map(({ name, running, queued, scheduled, blocked, oldestMs, pausedAt, pausedReason }) => ({
      key: name,
      cells: [
        html`${name} ${pausedAt !== undefined && badge('warn', words.paused)}${pausedReason && html`<p class="detail">${pausedReason}</p>`}`,
        figures.count(running),
        figures.count(queued),
        figures.count(scheduled),
        figures.count(blocked),
        oldestMs === undefined ? '–' : figures.duration(oldestMs),
      ],
    })),
  })
}

/** The backups, by kind. */
export function backupSection(backups: readonly BackupSummary[], { words, figures, program }: Pen): Html {
  return section({
    id: 'backups',
    title: words.backups,
    caption: words.backupsCaption,
    columns: [
      { title: words.backupKind },
      { title: words.newest },
      { title: words.kept, number: true },
      { title: words.size, number: true, wide: true },
    ],
    empty: html`<p>${words.noBackups(program)}</p>`,
    rows: backups.map(({ kind, newestAt, count, bytes, damaged }) => ({
      key: kind,
      cells: [
        html`${words.kinds[kind] ?? kind} ${damaged > 0 && badge('bad', words.damaged(damaged))}`,
        figures.moment(newestAt),
        figures.count(count),
        figures.size(bytes),
      ],
    })),
  })
}

function total(queues: readonly QueueStatus[], of: (queue: QueueStatus) => number): number {
  return queues.reduce((sum, queue) => sum + of(queue), 0)
}
