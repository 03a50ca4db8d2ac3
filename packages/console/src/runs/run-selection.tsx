import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { getRunsCount, type Run } from '../api.gen.ts'
import { namesOrganisations } from '../filter/complete.ts'
import { topicOf } from '../filter/reach.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { OfAnother } from '../kit/act.tsx'
import { useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { BulkActions } from './bulk.tsx'
import styles from './run.module.css'
import { runWords } from './words.ts'

// What is only shown is counted no further; what is acted on, as far as the server counts.
const SHOWN_CAP = 10_000
const CHOSEN_CAP = 100_000

/** How many match, and what can be done with those chosen. */
export function RunSelection({
  filter,
  total,
  runs,
  isPageChosen,
  onClear,
}: {
  readonly filter: string
  /** How many match, when the list has them all: counting would look at a whole history once more. */
  readonly total: number | undefined
  readonly runs: readonly Run[]
  readonly isPageChosen: boolean
  readonly onClear: () => void
}) {
  const words = useWords(runWords)
  const figures = useFigures()
  const me = useMe()
  const [all, setAll] = useState(false)
  const atMost = isPageChosen && runs.length > 0 ? CHOSEN_CAP : SHOWN_CAP
  const counted = { filter: filter === '' ? undefined : filter, atMost }
  const { data, isPlaceholderData } = useApi(getRunsCount, counted, {
    live: topicOf('runs', filter),
    enabled: total === undefined,
  })
  const count = total ?? data?.count ?? 0
  useEffect(() => {
    if (!isPageChosen) setAll(false)
  }, [isPageChosen])
  if (runs.length === 0)
    return (
      <span className="soft">
        {words.matching(count >= SHOWN_CAP ? `${figures.count(SHOWN_CAP)}+` : figures.count(count))}
      </span>
    )
  const isForeign = runs.some(({ org }) => org !== me.org.id) || (all && namesOrganisations(filter))
  const canHaveAll = isPageChosen && filter !== '' && !isPlaceholderData && count > runs.length
  return (
    <div className={styles.bulk}>
      <span role="status">
        {all ? words.allMatchingChosen(figures.count(count)) : words.chosen(figures.count(runs.length))}
      </span>
      {canHaveAll && !all && (
        <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)}>
          {words.allMatching(figures.count(count))}
        </Button>
      )}
      <Button variant="subtle" color="gray" size="compact-xs" onClick={onClear}>
        {words.unchoose}
      </Button>
      <OfAnother value={isForeign}>
        <BulkActions chosen={{ runs, ...(all && { all: { filter, count } }) }} onDone={onClear} />
      </OfAnother>
    </div>
  )
}
