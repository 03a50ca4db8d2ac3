import { getRunHistory } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { useMay } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { useWho } from './replayed-by.tsx'
import styles from './run.module.css'
import { runWords } from './words.ts'

// What the engine says when nobody gave a reason.
const NO_REASON = 'cancelled by an operator'

/** Somebody wanted it to end: no failure, but who, when and why. */
export function Cancelled({ id, reason }: { readonly id: number; readonly reason: string }) {
  const words = useWords(runWords)
  const { data } = useApi(getRunHistory, { id }, { enabled: useMay('runs.read') })
  const who = useWho()(data?.cancelled?.by)
  return (
    <Section title={words.cancelledTitle}>
      <p className={styles.cancelled}>
        <Icon name="stop" size={14} />
        <span>
          {words.cancelledBy(who)}
          {data?.cancelled !== undefined && (
            <>
              {' '}
              · <Moment at={data.cancelled.at} exact />
            </>
          )}
          {reason !== NO_REASON && reason !== '' && (
            <>
              {' '}
              · <q translate="no">{reason}</q>
            </>
          )}
        </span>
      </p>
    </Section>
  )
}
