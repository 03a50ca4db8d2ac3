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

// What the engine says when nobody gave a reason, and what the platform says for a key.
const NO_REASON = 'cancelled by an operator'
const BY_KEY = 'cancelled by the API key '

/** Why a run was cancelled; undefined where nobody gave a reason. */
export function useReason(): (reason: string) => string | undefined {
  const words = useWords(runWords)
  return (reason) => {
    if (reason === NO_REASON || reason === '') return undefined
    return reason.startsWith(BY_KEY) ? words.reasonOfKey(reason.slice(BY_KEY.length)) : reason
  }
}

/** Somebody wanted it to end: no failure, but who, when and why. */
export function Cancelled({ id, reason }: { readonly id: number; readonly reason: string }) {
  const words = useWords(runWords)
  const { data } = useApi(getRunHistory, { id }, { enabled: useMay('runs.read') })
  const who = useWho()(data?.cancelled?.by)
  const why = useReason()(reason)
  return (
    <Section title={words.cancelledTitle}>
      <p className={styles.cancelled}>
        <Icon name="stop" size={14} />
        <span>
          {words.cancelledBy(who)}
          {data?.cancelled !== undefined && (
            <>
              {' '}
              · <Moment at={data.cancelled.at} full />
            </>
          )}
          {why !== undefined && (
            <>
              {' '}
              · <q translate="no">{why}</q>
            </>
          )}
        </span>
      </p>
    </Section>
  )
}
