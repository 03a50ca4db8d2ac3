import { Button } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { EmptyByFilter } from '../kit/states.tsx'
import { meantBy } from './complete.ts'
import { STATE_NAMES } from './state-names.ts'
import { filterWords } from './words.ts'

/** Nothing matches; where a word of the filter is that of a badge, what was meant is one click away. */
export function NothingMatches({
  filter,
  onChange,
}: {
  readonly filter: string
  readonly onChange: (filter: string) => void
}) {
  const words = useWords(filterWords)
  const meant = meantBy(filter, STATE_NAMES)
  if (meant === undefined) return <EmptyByFilter onClear={() => onChange('')} />
  return (
    <EmptyByFilter onClear={() => onChange('')}>
      {words.didYouMean}{' '}
      <Button variant="subtle" size="compact-sm" onClick={() => onChange(meant)}>
        <code translate="no">{meant}</code>
      </Button>
    </EmptyByFilter>
  )
}
