import { useQueries } from '@tanstack/react-query'
import { getScheduleNext, type Schedule } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { useNow } from '../kit/moment.tsx'
import styles from './schedules.module.css'
import { scheduleWords } from './words.ts'

const DAY_MS = 86_400_000
const MOST_SLOTS = 100
const HOURS = [0, 6, 12, 18, 24] as const

/** The next 24 hours: one line a schedule, one mark a slot. */
export function DayAhead({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const words = useWords(scheduleWords)
  const figures = useFigures()
  const now = useNow()
  const running = schedules.filter(({ nextSlot, pausedAt }) => nextSlot !== undefined && pausedAt === undefined)
  const answers = useQueries({
    queries: running.map(({ name, nextSlot }) => ({
      queryKey: ['api', `/api/v1/schedules/${name}/next`, nextSlot],
      queryFn: () => getScheduleNext(api, { name, count: MOST_SLOTS }),
      staleTime: 60_000,
    })),
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.day} tabIndex={0} role="region" aria-label={words.calendar}>
      <div className={styles.hours} aria-hidden="true">
        {HOURS.map((hour) => (
          <span key={hour} data-at={hour} style={{ left: `${(hour / 24) * 100}%` }} translate="no">
            {figures.clock(now + hour * 3_600_000)}
          </span>
        ))}
      </div>
      <ul>
        {running.map(({ name }, index) => {
          const slots = (answers[index]?.data?.items ?? [])
            .map((slot) => Date.parse(slot))
            .filter((slot) => slot < now + DAY_MS)
          return (
            <li key={name}>
              <Go to={`/schedules/${encodeURIComponent(name)}`}>
                <span translate="no">{name}</span>
              </Go>
              <div className={styles.lane}>
                {slots.map((slot) => (
                  <i
                    key={slot}
                    style={{ left: `${Math.max(0, ((slot - now) / DAY_MS) * 100)}%` }}
                    title={figures.full(slot)}
                    translate="no"
                  />
                ))}
              </div>
            </li>
          )
        })}
      </ul>
      <p className="soft">{words.dayHelp}</p>
    </div>
  )
}
