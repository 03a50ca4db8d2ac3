import { SegmentedControl, TextInput } from '@mantine/core'
import { getSchedules, type Schedule } from '../api.gen.ts'
import { SavedViews } from '../filter/saved-views.tsx'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, EmptyByFilter, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText, useSearchView } from '../kit/use-search.ts'
import { useApi } from '../use-api.ts'
import { Calendar, type Matches } from './calendar.tsx'
import { DayAhead } from './day-ahead.tsx'
import { spoken } from './model.ts'
import styles from './schedules.module.css'
import { SlotRun, SlotStatus } from './slot-status.tsx'
import { scheduleWords } from './words.ts'

const VIEWS = ['day', 'week', 'month'] as const

/** All schedules, as a list, as the day ahead, or as a calendar. */
export function Page() {
  const words = useWords(scheduleWords)
  const [view, setView] = useSearchText('view')
  const [text, setText] = useSearchText('q')
  const [saved, setSaved] = useSearchView(['view', 'q'])
  const matches: Matches = (name) => name.toLowerCase().includes(text.trim().toLowerCase())
  const query = useApi(getSchedules, {}, { live: 'schedules' })
  return (
    <Frame
      title={words.title}
      about={words.about}
      actions={
        <SegmentedControl
          aria-label={words.view}
          value={VIEWS.find((each) => each === view) ?? 'list'}
          onChange={(next) => setView(next === 'list' ? '' : next)}
          data={[
            { value: 'list', label: words.list },
            { value: 'day', label: words.calendar },
            { value: 'week', label: words.week },
            { value: 'month', label: words.month },
          ]}
        />
      }
    >
      <Toolbar>
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<Icon name="search" size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          style={{ flex: '1 1 220px' }}
          data-filter
        />
        <SavedViews list="schedules" filter={saved} onChoose={setSaved} />
      </Toolbar>
      <Section flush>
        <Answered query={query}>
          {({ items: every }) => {
            const schedules = every.filter(({ name }) => matches(name))
            if (every.length > 0 && schedules.length === 0) return <EmptyByFilter onClear={() => setText('')} />
            if (schedules.length === 0)
              return (
                <State icon="schedule" title={words.emptyTitle}>
                  {words.emptyNext}
                </State>
              )
            if (view === 'week' || view === 'month') return <Calendar key={view} span={view} matches={matches} />
            return view === 'day' ? <DayAhead schedules={schedules} /> : <List schedules={schedules} />
          }}
        </Answered>
      </Section>
    </Frame>
  )
}

function List({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const words = useWords(scheduleWords)
  const language = useLanguage()
  return (
    <SimpleTable
      label={words.title}
      heads={[
        { title: words.schedule, wide: true },
        { title: words.when },
        { title: words.next },
        { title: words.last },
      ]}
      rows={schedules.toSorted(byNext).map((schedule) => ({
        key: schedule.name,
        cells: [
          <div key="name" className={styles.name}>
            <Go to={`/schedules/${encodeURIComponent(schedule.name)}`}>
              <span translate="no">{schedule.name}</span>
            </Go>
            <small className="soft" translate="no">
              {schedule.descriptions === undefined ? schedule.description : spoken(schedule.descriptions, language)}
            </small>
            {schedule.pausedReason !== undefined && (
              <small translate="no">
                {words.paused} · {schedule.pausedReason}
              </small>
            )}
          </div>,
          <span key="when" translate="no">
            {words.whenZone(spoken(schedule.plain, language), schedule.timeZone)}
          </span>,
          <NextSlot key="next" schedule={schedule} />,
          schedule.lastSlot === undefined ? (
            <span key="last" className="soft">
              {words.never}
            </span>
          ) : (
            <span key="last" className={styles.last}>
              <SlotStatus outcome={schedule.lastSlot.outcome} /> <SlotRun slot={schedule.lastSlot} />{' '}
              <span className="soft">
                <Moment at={schedule.lastSlot.handledAt} />
              </span>
            </span>
          ),
        ],
      }))}
    />
  )
}

/** When it is due, or why it is not. */
function NextSlot({ schedule }: { readonly schedule: Schedule }) {
  const words = useWords(scheduleWords)
  if (!schedule.declared)
    return (
      <Status tone="warn" icon="info">
        {words.gone}
      </Status>
    )
  if (schedule.pausedAt !== undefined)
    return (
      <Status tone="warn" icon="held">
        {words.paused}
      </Status>
    )
  return schedule.nextSlot === undefined ? (
    <span className="soft">{words.noNext}</span>
  ) : (
    <Moment at={schedule.nextSlot} />
  )
}

function byNext(a: Schedule, b: Schedule): number {
  return (a.nextSlot ?? '9').localeCompare(b.nextSlot ?? '9') || a.name.localeCompare(b.name)
}
