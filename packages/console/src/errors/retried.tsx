import { getRunsCount } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { useApi } from '../use-api.ts'
import styles from './errors.module.css'
import { errorWords } from './words.ts'

// More are not followed: an address holds no more of their numbers.
const MOST_FOLLOWED = 500

/** What becomes of the runs that were retried together, as it happens. */
export function Retried({ ids }: { readonly ids: readonly number[] }) {
  const words = useWords(errorWords)
  const { count } = useFigures()
  const followed = ids.slice(0, MOST_FOLLOWED)
  const given = { ids: followed.map(String) }
  const { data: good } = useApi(getRunsCount, { ...given, state: 'succeeded' }, { live: 'runs' })
  const { data: bad } = useApi(getRunsCount, { ...given, state: 'failed,cancelled,expired' }, { live: 'runs' })
  if (good === undefined || bad === undefined) return null
  const left = followed.length - good.count - bad.count
  return (
    <div className={styles.outcome} role="status">
      {words.retried(count(followed.length))} {words.retriedGood(count(good.count), good.count)},{' '}
      {words.retriedBad(count(bad.count), bad.count)}
      {left > 0 && <>, {words.retriedLeft(count(left))}</>}.
      {ids.length > followed.length && (
        <span className="soft">{words.retriedMore(count(ids.length - followed.length))}</span>
      )}
    </div>
  )
}
