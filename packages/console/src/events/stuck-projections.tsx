import { getProjections } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { useApi } from '../use-api.ts'
import styles from './events.module.css'
import { behindOf, stuckOf, Why } from './projection-standing.tsx'
import { eventWords } from './words.ts'

/** The projections to which events do not come through: why, since when, how far behind, and what to do. */
export function StuckProjections() {
  const words = useWords(eventWords)
  const figures = useFigures()
  const query = useApi(getProjections, {}, { live: 'projections' })
  const stuck = (query.data?.items ?? []).flatMap((projection) => {
    const generation = stuckOf(projection)
    return generation?.stuck === undefined ? [] : [{ name: projection.name, generation, why: generation.stuck.why }]
  })
  if (stuck.length === 0) return null
  return (
    <section className={styles.stuck} aria-label={words.stuckTitle}>
      <h2>
        <Icon name="error" /> {words.stuckTitle}
      </h2>
      <ul>
        {stuck.map(({ name, generation, why }) => (
          <li key={name}>
            <strong translate="no">{name}</strong> · {words.behindBy(generation.behind, behindOf(generation, figures))}{' '}
            · {words.lagOf(figures.duration(generation.lagMs))}
            <Why generation={generation} />
            <span className={styles.next}>
              {words.stuckNext[why]}{' '}
              <Go to={why === 'no-worker' ? '/workers' : '/projections'}>{words.stuckGo[why]}</Go>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
