import { Button } from '@mantine/core'
import { getSchedulesCalendar, type SchedulesCalendar } from '../api.gen.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useLanguage, useWords } from '../i18n/language.tsx'
import { Dotted } from '../kit/dotted.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { useNow } from '../kit/moment.tsx'
import { Answered } from '../kit/states.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useApi } from '../use-api.ts'
import styles from './calendar.module.css'
import { type Day, daysFrom, startOfWeek } from './days.ts'
import { scheduleWords } from './words.ts'

const LEGEND = ['ahead', 'good', 'warn', 'bad'] as const
const SHOWN = { week: 16, month: 6 } as const

/** Of which schedules something is shown, by their names. */
export type Matches = (name: string) => boolean

/** What was and what comes, by day: a week, or five of them. */
export function Calendar({ span, matches }: { readonly span: 'week' | 'month'; readonly matches: Matches }) {
  const words = useWords(scheduleWords)
  const { timeZone } = useFigures()
  const locale = useLanguage() === 'fr' ? 'fr-FR' : 'en-GB'
  const now = useNow()
  const [at, setAt] = useSearchText('at')
  const length = span === 'week' ? 7 : 35
  const offset = /^-?\d{1,3}$/.test(at) ? Number(at) : 0
  const days = daysFrom(startOfWeek(now, timeZone), offset * length, length, timeZone)
  const [first, last] = [days[0], days.at(-1)]
  const query = useApi(
    getSchedulesCalendar,
    // A day more than are shown: one of them may have 25 hours.
    { from: new Date(first?.start ?? now).toISOString(), days: length + 1 },
    { live: 'schedules' },
  )
  const range = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone })
  const go = (step: number) => setAt(offset + step === 0 ? '' : String(offset + step))
  return (
    <div className={styles.calendar}>
      <div className={styles.head}>
        <Button variant="default" aria-label={words.before} onClick={() => go(-1)}>
          <Icon name="left" size={14} />
        </Button>
        <Button variant="default" aria-label={words.after} onClick={() => go(1)}>
          <Icon name="right" size={14} />
        </Button>
        <Button variant="default" disabled={offset === 0} onClick={() => setAt('')}>
          {words.today}
        </Button>
        <b translate="no">
          {first !== undefined && last !== undefined && range.formatRange(first.start, last.end - 1)}
        </b>
        <span className="soft">{words.inZone(timeZone)}</span>
        <Legend />
      </div>
      <Answered query={query}>
        {({ items: every }) => {
          const lanes = every.filter(({ name }) => matches(name))
          return (
            <>
              <Dense lanes={lanes} />
              <section aria-label={words.calendarLabel}>
                <ol className={styles.days} data-span={span}>
                  {days.map((day) => (
                    <OneDay key={day.start} day={day} lanes={lanes} span={span} now={now} />
                  ))}
                </ol>
              </section>
            </>
          )
        }}
      </Answered>
    </div>
  )
}

/** What the colours of the bars say. */
function Legend() {
  const words = useWords(scheduleWords)
  return (
    <ul className={styles.legend} aria-label={words.legend}>
      {LEGEND.map((each) => (
        <li key={each} data-tone={each}>
          {words.legends[each]}
        </li>
      ))}
    </ul>
  )
}

/** What is due so often that it would fill every day. */
function Dense({ lanes }: { readonly lanes: readonly SchedulesCalendar[] }) {
  const words = useWords(scheduleWords)
  const dense = lanes.filter((lane) => lane.dense && !lane.paused)
  if (dense.length === 0) return null
  return (
    <p className={styles.dense}>
      {words.dense}{' '}
      {dense.map(({ name }) => (
        <Go key={name} to={`/schedules/${encodeURIComponent(name)}`}>
          <span translate="no">{name}</span>
        </Go>
      ))}
    </p>
  )
}

interface Entry {
  readonly at: number
  readonly name: string
  readonly outcome?: SchedulesCalendar['past'][number]['outcome']
  readonly run?: NonNullable<SchedulesCalendar['past'][number]['run']>['state'] | undefined
}

function OneDay({
  day,
  lanes,
  span,
  now,
}: {
  readonly day: Day
  readonly lanes: readonly SchedulesCalendar[]
  readonly span: 'week' | 'month'
  readonly now: number
}) {
  const words = useWords(scheduleWords)
  const { states } = useWords(common)
  const { timeZone, full, count } = useFigures()
  const locale = useLanguage() === 'fr' ? 'fr-FR' : 'en-GB'
  const entries = entriesOf(lanes, day)
  const shown = entries.slice(0, SHOWN[span])
  const outcomes: Readonly<Record<string, string>> = words.outcomes
  const title = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone })
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone })
  const isToday = day.start <= now && now < day.end
  return (
    <li
      data-today={isToday || undefined}
      data-past={day.end <= now || undefined}
      data-empty={entries.length === 0 || undefined}
      aria-current={isToday ? 'date' : undefined}
    >
      <b translate="no">{title.format(day.start)}</b>
      <ul>
        {shown.map(({ at, name, outcome, run }) => (
          <li
            key={`${at} ${name}`}
            data-outcome={outcome}
            data-run={run}
            translate="no"
            title={[
              full(at),
              ...(outcome === undefined ? [] : [outcomes[outcome] ?? outcome]),
              ...(run === undefined ? [] : [states[run]]),
            ].join(' · ')}
          >
            <time dateTime={new Date(at).toISOString()}>{time.format(at)}</time>{' '}
            {(run === 'failed' || outcome === 'missed') && <Icon name="cross" size={12} />}
            <Go to={`/schedules/${encodeURIComponent(name)}`}>
              <Dotted name={name} />
            </Go>
          </li>
        ))}
      </ul>
      {entries.length > shown.length && (
        <span className="soft">{words.more(count(entries.length - shown.length))}</span>
      )}
    </li>
  )
}

function entriesOf(lanes: readonly SchedulesCalendar[], { start, end }: Day): readonly Entry[] {
  const within = (at: number): boolean => at >= start && at < end
  return lanes
    .filter(({ dense }) => !dense)
    .flatMap(({ name, slots, past }): readonly Entry[] => [
      ...past.map(({ slot, outcome, run }) => ({ at: Date.parse(slot), name, outcome, run: run?.state })),
      ...slots.map((slot) => ({ at: Date.parse(slot), name })),
    ])
    .filter(({ at }) => within(at))
    .toSorted((a, b) => a.at - b.at || a.name.localeCompare(b.name))
}
