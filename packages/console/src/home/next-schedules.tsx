import { getSchedules } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import styles from './home.module.css'
import { homeWords } from './words.ts'

const SHOWN = 6

/** What is due next. */
export function NextSchedules() {
  const words = useWords(homeWords)
  const query = useApi(getSchedules, {}, { live: 'schedules' })
  return (
    <Section title={words.next} flush aside={<Go to="/schedules">{words.allSchedules}</Go>}>
      <Answered query={query} rows={4}>
        {({ items: schedules }) => {
          const next = schedules
            .flatMap(({ name, nextSlot }) => (nextSlot === undefined ? [] : [{ name, nextSlot }]))
            .toSorted((a, b) => a.nextSlot.localeCompare(b.nextSlot))
          if (next.length === 0) return <p className={styles.none}>{words.noNext}</p>
          return (
            <SimpleTable
              label={words.next}
              heads={[
                { title: words.schedule, wide: true },
                { title: words.when, end: true },
              ]}
              rows={next.slice(0, SHOWN).map(({ name, nextSlot }) => ({
                key: name,
                cells: [
                  <Go key="name" to={`/schedules/${encodeURIComponent(name)}`}>
                    <span translate="no">{name}</span>
                  </Go>,
                  <Moment key="at" at={nextSlot} />,
                ],
              }))}
            />
          )
        }}
      </Answered>
    </Section>
  )
}
