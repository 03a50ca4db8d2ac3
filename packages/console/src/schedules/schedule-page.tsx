import { useParams } from '@tanstack/react-router'
import { getScheduleHistory, getScheduleNext, getSchedules, type Schedule } from '../api.gen.ts'
import { useFigures, useLanguage, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Duration, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useWho } from '../runs/replayed-by.tsx'
import { useApi } from '../use-api.ts'
import { spoken } from './model.ts'
import { ScheduleActions } from './schedule-actions.tsx'
import styles from './schedules.module.css'
import { SlotRun, SlotStatus } from './slot-status.tsx'
import { scheduleWords } from './words.ts'

const NEXT = 10
const WRITTEN = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const

/** One schedule: when, what became of it, what is to come. */
export function Page() {
  const words = useWords(scheduleWords)
  const language = useLanguage()
  const { name } = useParams({ strict: false }) as { readonly name: string }
  const query = useApi(getSchedules, {}, { live: 'schedules' })
  const schedule = query.data?.items.find((each) => each.name === name)
  return (
    <Frame
      title={name}
      data
      up={{ to: '/schedules', title: words.title }}
      about={
        schedule !== undefined && (
          <span translate="no">
            {schedule.descriptions === undefined ? schedule.description : spoken(schedule.descriptions, language)}
          </span>
        )
      }
      badge={
        schedule?.pausedAt !== undefined && (
          <Status tone="warn" icon="held">
            {words.paused}
          </Status>
        )
      }
      actions={schedule !== undefined && <ScheduleActions schedule={schedule} />}
    >
      <Answered query={query}>
        {() =>
          schedule === undefined ? (
            <State icon="search" title={words.notFound(name)} action={<Go to="/schedules">{words.title}</Go>} />
          ) : (
            <div className={styles.columns}>
              <History name={name} />
              <div style={{ display: 'grid', gap: 14 }}>
                <ScheduleFacts schedule={schedule} />
                <NextSlots schedule={schedule} />
              </div>
            </div>
          )
        }
      </Answered>
    </Frame>
  )
}

function ScheduleFacts({ schedule }: { readonly schedule: Schedule }) {
  const words = useWords(scheduleWords)
  const language = useLanguage()
  const figures = useFigures()
  const overlaps: Readonly<Record<string, string>> = words.overlaps
  return (
    <Section title={words.facts}>
      <Facts>
        {schedule.pausedAt !== undefined && (
          <Fact name={words.pausedSince}>
            <Moment at={schedule.pausedAt} full />
            {schedule.pausedReason !== undefined && <span translate="no"> · {schedule.pausedReason}</span>}
          </Fact>
        )}
        <Fact name={words.when}>
          <span translate="no">{words.whenZone(spoken(schedule.plain, language), schedule.timeZone)}</span>
        </Fact>
        {schedule.cron !== undefined && (
          <Fact name={words.cron}>
            <code translate="no">{schedule.cron}</code>
          </Fact>
        )}
        {schedule.everyMs !== undefined && (
          <Fact name={words.every}>
            <Duration ms={schedule.everyMs} />
          </Fact>
        )}
        <Fact name={words.zone}>
          <span translate="no">{schedule.timeZone}</span>
        </Fact>
        <Fact name={words.job}>
          <Go to="/runs" search={{ q: `job:${schedule.job}` }}>
            <span translate="no">{schedule.job}</span>
          </Go>
        </Fact>
        {schedule.for === 'each-organisation' && <Fact name={words.whom}>{words.everybody}</Fact>}
        <Fact name={words.overlap}>{overlaps[schedule.overlap] ?? <span translate="no">{schedule.overlap}</span>}</Fact>
        <Fact name={words.missedPolicy}>
          <MissedPolicy schedule={schedule} />
        </Fact>
        <Fact name={words.expires}>{words.expiresText(figures.duration(schedule.expiresMs))}</Fact>
        {schedule.jitterMs > 0 && (
          <Fact name={words.jitter}>
            <Duration ms={schedule.jitterMs} />
          </Fact>
        )}
      </Facts>
    </Section>
  )
}

/** What becomes of slots that passed while nothing ran. */
function MissedPolicy({ schedule: { catchUp } }: { readonly schedule: Schedule }) {
  const words = useWords(scheduleWords)
  const { count, duration } = useFigures()
  const within = duration(catchUp.withinMs)
  if (catchUp.max === 0) return <>{words.missedNone}</>
  return <>{catchUp.max === 1 ? words.missedOne(within) : words.missedSome(count(catchUp.max), within)}</>
}

function NextSlots({ schedule: { name, timeZone, pausedAt } }: { readonly schedule: Schedule }) {
  const words = useWords(scheduleWords)
  const locale = useLanguage() === 'fr' ? 'fr-FR' : 'en-GB'
  const written = new Intl.DateTimeFormat(locale, { ...WRITTEN, timeZone })
  const query = useApi(getScheduleNext, { name, count: NEXT }, { live: 'schedules' })
  return (
    <Section title={words.slots} aside={<span className="soft">{words.slotsIn(timeZone)}</span>}>
      <Answered query={query} rows={4}>
        {({ items: slots }) =>
          slots.length === 0 || pausedAt !== undefined ? (
            <p className="soft">{pausedAt === undefined ? words.noNext : words.nonePaused}</p>
          ) : (
            <ol className={styles.slots}>
              {slots.map((slot) => (
                <li key={slot}>
                  <time dateTime={slot} translate="no">
                    {written.format(Date.parse(slot))}
                  </time>
                  <span className="soft">
                    <Moment at={slot} />
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Answered>
    </Section>
  )
}

function History({ name }: { readonly name: string }) {
  const words = useWords(scheduleWords)
  const who = useWho()
  const query = useApi(getScheduleHistory, { name, limit: 50 }, { live: 'schedules' })
  return (
    <Section title={words.history} flush>
      <Answered query={query}>
        {({ items: slots }) =>
          slots.length === 0 ? (
            <State icon="clock" title={words.noHistory} />
          ) : (
            <SimpleTable
              label={words.history}
              heads={[{ title: words.slot }, { title: words.outcome, wraps: true }, { title: words.run, wraps: true }]}
              rows={slots.map(({ by, ...each }) => ({
                key: `${each.slot} ${each.handledAt} ${each.runId}`,
                cells: [
                  <Moment key="slot" at={each.slot} exact />,
                  <span key="outcome">
                    <SlotStatus outcome={each.outcome} />{' '}
                    {by !== undefined && (
                      <span className="soft" translate={by.name === undefined ? undefined : 'no'}>
                        {who(by)}
                      </span>
                    )}
                  </span>,
                  <span key="run" className={styles.last}>
                    <SlotRun slot={each} />
                  </span>,
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  )
}
