import { getErrors } from '../api.gen.ts'
import { ErrorStatus } from '../errors/error-status.tsx'
import { errorWords } from '../errors/words.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { Answered } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import styles from './home.module.css'
import { homeWords } from './words.ts'

const SHOWN = 6

/** What fails and is neither muted nor resolved, the latest first. */
export function ErrorsNow() {
  const words = { ...useWords(errorWords), ...useWords(homeWords) }
  const query = useApi(getErrors, {}, { live: 'errors' })
  return (
    <Section title={words.errorsNow} flush aside={<Go to="/errors">{words.allErrors}</Go>}>
      <Answered query={query} rows={4}>
        {({ items: errors }) => {
          const open = errors.filter(({ state }) => state === 'open' || state === 'returned')
          if (open.length === 0) return <p className={styles.none}>{words.noErrors}</p>
          return (
            <SimpleTable
              label={words.errorsNow}
              heads={[
                { title: words.error, wide: true },
                { title: words.day, desk: true },
                { title: words.count, end: true },
              ]}
              rows={open.slice(0, SHOWN).map(({ fingerprint, job, error, state, hours, count, retrying, lastAt }) => ({
                key: fingerprint,
                cells: [
                  <span key="error" className={styles.error}>
                    <Go to={`/errors/${fingerprint}`}>
                      <span translate="no" title={error.message}>
                        {error.message === '' ? error.code : error.message}
                      </span>
                    </Go>
                    <small className="soft" translate="no">
                      {job} · <Moment at={lastAt} />
                    </small>
                    {state === 'returned' && <ErrorStatus state={state} />}
                  </span>,
                  <Sparkline key="day" values={hours} label={words.day} tone="bad" width={72} height={16} />,
                  <Count key="count" value={count + retrying} />,
                ],
              }))}
            />
          )
        }}
      </Answered>
    </Section>
  )
}
